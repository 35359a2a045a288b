import { AppError, type Diagnosis, type Locale, type LocalisedText } from '@alongside/contracts';
import { isMeasure, RULES } from '@alongside/diagnosis';

const UNSOUND: Record<'rule' | 'measure' | 'participant' | 'order', LocalisedText> = {
  rule: { en: 'There is no such rule.', 'zh-CN': '没有这条规则。' },
  measure: { en: 'There is no such measure.', 'zh-CN': '没有这个测量项。' },
  participant: { en: 'Nobody in here has this id.', 'zh-CN': '其中没有该标识对应的参与者。' },
  order: { en: 'This ends before it begins.', 'zh-CN': '结束时间早于开始时间。' },
};

/**
 * Looks at a diagnosis a browser made, beyond its shape: everybody's page puts it into words, so that rules, measures and
 * people in it must exist.
 * @throws AppError `invalid_input` naming the place
 */
export function refuseUnsound({ causes, lanes, participants, fromMs, toMs }: Diagnosis, locale: Locale): void {
  const refuse = (field: string, what: keyof typeof UNSOUND): never => {
    const place = `diagnosis.${field}`;
    throw new AppError('invalid_input', { field: place }, [{ field: place, message: UNSOUND[what][locale] }]);
  };
  const rules = new Set(RULES.map(({ id }) => id));
  const people = new Set(participants.map(({ id }) => id));
  if (toMs < fromMs) refuse('toMs', 'order');
  for (const [at, { finding, repeats, effects, alternatives }] of causes.entries()) {
    const all = { finding: [finding], repeats, effects };
    for (const [part, findings] of Object.entries(all))
      for (const [index, one] of findings.entries()) {
        const place = part === 'finding' ? `causes.${at}.finding` : `causes.${at}.${part}.${index}`;
        if (!rules.has(one.rule)) refuse(`${place}.rule`, 'rule');
        if (!people.has(one.subject.participantId)) refuse(`${place}.subject.participantId`, 'participant');
        if (one.toMs < one.fromMs) refuse(`${place}.toMs`, 'order');
        for (const [nth, { measure }] of one.evidence.entries())
          if (!isMeasure(measure)) refuse(`${place}.evidence.${nth}.measure`, 'measure');
      }
    const strange = alternatives.findIndex((rule) => !rules.has(rule));
    if (strange >= 0) refuse(`causes.${at}.alternatives.${strange}`, 'rule');
  }
  for (const [at, { measure, subject }] of lanes.entries()) {
    if (!isMeasure(measure)) refuse(`lanes.${at}.measure`, 'measure');
    if (!people.has(subject.participantId)) refuse(`lanes.${at}.subject.participantId`, 'participant');
  }
}

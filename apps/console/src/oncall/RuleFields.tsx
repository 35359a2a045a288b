import { type EscalationRule, PRIORITIES } from '@alongside/contracts';
import { IconButton } from '@alongside/ui';
import { Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Chips } from './Chips.tsx';
import fields from './Fields.module.css';
import styles from './PolicyEditor.module.css';
import type { usePolicyWords } from './policy-words.ts';

const CAUSES = ['opened', 'priority', 'reopened', 'warning', 'breach'] as const;
const TARGETS = ['first_response', 'next_response', 'update', 'resolve'] as const;

/** When a policy applies: what happened, and to which tickets. */
export function RuleFields({
  rule,
  isOnly,
  choices,
  error,
  onChange,
  onRemove,
}: {
  rule: EscalationRule;
  isOnly: boolean;
  choices: ReturnType<typeof usePolicyWords>['choices'];
  error: string | null;
  onChange: (rule: EscalationRule) => void;
  onRemove: () => void;
}) {
  const { t } = useTranslation('oncall');
  const change = (part: Partial<EscalationRule>) => onChange({ ...rule, ...part });
  const isOfPromise = rule.causes.includes('warning') || rule.causes.includes('breach');
  return (
    <div className={styles.part}>
      <div className={styles.partHead}>
        <Chips
          label={t('rule.when')}
          options={CAUSES.map((value) => ({ value, label: t(`cause.${value}`) }))}
          chosen={rule.causes}
          onChange={(causes) => change({ causes })}
        />
        {isOnly ? null : (
          <IconButton label={t('rule.remove')} icon={<Trash2 size={16} aria-hidden />} onClick={onRemove} />
        )}
      </div>
      {isOfPromise ? (
        <Chips
          label={t('rule.promise')}
          hint={t('rule.noneIsAny')}
          options={TARGETS.map((value) => ({ value, label: t(`ui:target.${value}`) }))}
          chosen={rule.targets}
          onChange={(targets) => change({ targets })}
        />
      ) : null}
      <Chips
        label={t('rule.priority')}
        hint={t('rule.noneIsAny')}
        options={PRIORITIES.map((value) => ({ value, label: `${value} ${t(`ui:priority.${value}`)}` }))}
        chosen={rule.priorities}
        onChange={(priorities) => change({ priorities })}
      />
      {choices.plans.length > 0 ? (
        <Chips
          label={t('rule.plan')}
          hint={t('rule.noneIsAny')}
          options={choices.plans}
          chosen={rule.planIds}
          onChange={(planIds) => change({ planIds })}
        />
      ) : null}
      <Chips
        label={t('rule.topic')}
        hint={t('rule.noneIsAny')}
        options={choices.topics}
        chosen={rule.topics}
        onChange={(topics) => change({ topics })}
      />
      {error ? (
        <p className={fields.error} role="alert">
          {error}
        </p>
      ) : null}
    </div>
  );
}

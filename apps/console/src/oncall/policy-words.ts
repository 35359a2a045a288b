import {
  type EscalationRule,
  getRouting,
  type Locale,
  listHooks,
  listRotations,
  listStaff,
  type PageTarget,
} from '@alongside/contracts';
import { useLocale, usePersonName } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { useSession } from '../session/session.ts';

/** A thing a policy can name. */
export type Choice = { value: string; label: string };

/** What policies can name, and what they say in words. */
export function usePolicyWords() {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const { workspace } = useSession();
  const nameOf = usePersonName();
  const staff = useRoute(listStaff, {}).data?.staff ?? [];
  const rotations = useRoute(listRotations, {}).data?.rotations ?? [];
  const routing = useRoute(getRouting, {}).data;
  const hooks = useRoute(listHooks, {}).data?.hooks ?? [];
  const choices = {
    people: staff.filter(({ disabled }) => !disabled).map(({ id, name }) => ({ value: id, label: nameOf(name) })),
    rotations: rotations.map(({ id, current }) => ({ value: id, label: current.content.name })),
    skills: (routing?.skills ?? []).map(({ id, name }) => ({ value: id, label: name[locale] })),
    hooks: hooks.map(({ id, name }) => ({ value: id, label: name })),
    plans: (routing?.plans ?? []).map(({ id, name }) => ({ value: id, label: name[locale] })),
    topics: workspace.topics.map(({ id, name }) => ({ value: id, label: name[locale] })),
  };
  const found = (among: readonly Choice[], id: string) => among.find(({ value }) => value === id)?.label ?? '…';

  function target(each: PageTarget): string {
    switch (each.kind) {
      case 'person':
        return nameOf(staff.find(({ id }) => id === each.id)?.name ?? '…');
      case 'rotation':
        return t('target.rotation', { name: found(choices.rotations, each.id) });
      case 'skill':
        return t('target.skill', { name: found(choices.skills, each.id) });
      case 'webhook':
        return t('target.webhook', { name: found(choices.hooks, each.id) });
      default:
        return t(`target.${each.kind}`);
    }
  }

  /** Which tickets a rule is for, in one sentence. */
  function rule({ causes, priorities, topics, planIds, targets }: EscalationRule): string {
    const conditions = [
      priorities.length > 0 ? [...priorities].join(t('rule.slash')) : '',
      planIds.length > 0
        ? t('rule.plans', {
            plans: anyOf(
              planIds.map((id) => found(choices.plans, id)),
              locale,
            ),
          })
        : '',
      topics.length > 0
        ? t('rule.topics', {
            topics: anyOf(
              topics.map((id) => found(choices.topics, id)),
              locale,
            ),
          })
        : '',
    ].filter((part) => part !== '');
    const isOfPromise = causes.includes('warning') || causes.includes('breach');
    const of =
      isOfPromise && targets.length > 0
        ? t('rule.of', {
            targets: anyOf(
              targets.map((each) => t(`ui:target.${each}`)),
              locale,
            ),
          })
        : '';
    return t('rule.sentence', {
      when:
        anyOf(
          causes.map((cause) => t(`cause.${cause}`)),
          locale,
        ) + of,
      which: conditions.length > 0 ? conditions.join(t('rule.and')) : t('rule.every'),
    });
  }
  return { choices, target, rule };
}

function anyOf(names: readonly string[], locale: Locale): string {
  return new Intl.ListFormat(locale, { type: 'disjunction' }).format(names);
}

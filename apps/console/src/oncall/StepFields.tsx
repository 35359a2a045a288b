import type { EscalationStep, PageTarget } from '@alongside/contracts';
import { Button, IconButton, Select } from '@alongside/ui';
import { ArrowDown, ArrowUp, Plus, Trash2, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import fields from './Fields.module.css';
import styles from './PolicyEditor.module.css';
import type { Choice, usePolicyWords } from './policy-words.ts';
import { WaitField } from './WaitField.tsx';

type Choices = ReturnType<typeof usePolicyWords>['choices'];
type Kind = PageTarget['kind'];

const TARGETS_MAX = 10;
const KINDS: readonly Kind[] = ['default_rotation', 'rotation', 'person', 'skill', 'everyone', 'webhook'];

/** What a target of a kind can name; null for kinds that name nothing. */
export function choicesFor(kind: Kind, { rotations, people, skills, hooks }: Choices): readonly Choice[] | null {
  const byKind: Partial<Record<Kind, readonly Choice[]>> = {
    rotation: rotations,
    person: people,
    skill: skills,
    webhook: hooks,
  };
  return byKind[kind] ?? null;
}

/** A target of a kind, with the first of those it can name. */
export function targetOf(kind: Kind, choices: Choices): PageTarget {
  const among = choicesFor(kind, choices);
  return (among === null ? { kind } : { kind, id: among[0]?.value ?? '' }) as PageTarget;
}

/** Whom a step pages, and how long it waits. */
export function StepFields({
  step,
  index,
  count,
  choices,
  error,
  onChange,
  onMove,
  onRemove,
}: {
  step: EscalationStep;
  index: number;
  count: number;
  choices: Choices;
  error: string | null;
  onChange: (step: EscalationStep) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}) {
  const { t } = useTranslation('oncall');
  const { targets } = step;
  const changeTarget = (at: number, target: PageTarget) =>
    onChange({ ...step, targets: targets.map((each, place) => (place === at ? target : each)) });
  return (
    <div className={styles.part}>
      <div className={styles.partHead}>
        <span className={styles.partName}>{t('step.name', { number: index + 1 })}</span>
        <span className={styles.buttons}>
          <IconButton
            size="sm"
            label={t('step.up', { number: index + 1 })}
            icon={<ArrowUp size={16} aria-hidden />}
            disabled={index === 0}
            onClick={() => onMove(-1)}
          />
          <IconButton
            size="sm"
            label={t('step.down', { number: index + 1 })}
            icon={<ArrowDown size={16} aria-hidden />}
            disabled={index === count - 1}
            onClick={() => onMove(1)}
          />
          <IconButton
            size="sm"
            label={t('step.remove', { number: index + 1 })}
            icon={<Trash2 size={16} aria-hidden />}
            disabled={count === 1}
            onClick={onRemove}
          />
        </span>
      </div>
      <ul className={styles.targets}>
        {targets.map((target, at) => {
          const among = choicesFor(target.kind, choices);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: targets are known by their place
            <li key={at} className={styles.target}>
              <Select<Kind>
                className={styles.kind}
                hideLabel
                label={t('step.target')}
                value={target.kind}
                options={KINDS.map((value) => ({
                  value,
                  label: t(`target.kind.${value}`),
                  disabled: choicesFor(value, choices)?.length === 0,
                }))}
                onChange={(kind) => changeTarget(at, targetOf(kind, choices))}
              />
              {among ? (
                <Select
                  className={styles.which}
                  hideLabel
                  label={t(`target.kind.${target.kind}`)}
                  value={'id' in target ? target.id : null}
                  options={among}
                  onChange={(id) => changeTarget(at, { kind: target.kind, id } as PageTarget)}
                />
              ) : null}
              <IconButton
                label={t('step.removeTarget')}
                icon={<X size={16} aria-hidden />}
                disabled={targets.length === 1}
                onClick={() => onChange({ ...step, targets: targets.filter((_, place) => place !== at) })}
              />
            </li>
          );
        })}
      </ul>
      <Button
        size="sm"
        className={styles.add}
        icon={<Plus size={15} aria-hidden />}
        disabled={targets.length >= TARGETS_MAX}
        onClick={() => onChange({ ...step, targets: [...targets, { kind: 'everyone' }] })}
      >
        {t('step.addTarget')}
      </Button>
      <WaitField
        label={t('step.wait')}
        waitMs={step.waitMs}
        minMs={1_000}
        onChange={(waitMs) => onChange({ ...step, waitMs })}
      />
      {error ? (
        <p className={fields.error} role="alert">
          {error}
        </p>
      ) : null}
    </div>
  );
}

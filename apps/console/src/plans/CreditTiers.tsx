import type { CreditTier } from '@alongside/contracts';
import { Button, IconButton } from '@alongside/ui';
import { Plus, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { NumberField } from './NumberField.tsx';
import styles from './PlanEditor.module.css';

const TIERS_MAX = 10;

/** What is owed for a month whose promises were kept too seldom, step by step. */
export function CreditTiers({
  tiers,
  readOnly,
  errorOf,
  onChange,
}: {
  tiers: readonly CreditTier[];
  readOnly: boolean;
  errorOf: (field: string) => string | null;
  onChange: (tiers: CreditTier[]) => void;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'plan' });
  const set = (index: number, part: Partial<CreditTier>) =>
    onChange(tiers.map((tier, at) => (at === index ? { ...tier, ...part } : tier)));
  const last = tiers.at(-1);
  return (
    <div className={styles.tiers}>
      {tiers.length === 0 ? <p className={styles.muted}>{t('noCredits')}</p> : null}
      {tiers.map((tier, index) => {
        const error = errorOf(`creditTiers.${index}`);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a tier is its place in the row
          <div key={index} className={styles.tier}>
            <NumberField
              label={t('tierBelow')}
              unit="%"
              value={round(tier.below * 100)}
              disabled={readOnly}
              onChange={(below) => set(index, { below: round(below / 100, 6) })}
            />
            <NumberField
              label={t('tierPercent')}
              unit="%"
              value={tier.percent}
              disabled={readOnly}
              onChange={(percent) => set(index, { percent })}
            />
            {readOnly ? null : (
              <IconButton
                label={t('tierRemove', { number: index + 1 })}
                icon={<Trash2 size={16} aria-hidden />}
                onClick={() => onChange(tiers.filter((_, at) => at !== index))}
              />
            )}
            {error ? (
              <p className={styles.error} role="alert">
                {error}
              </p>
            ) : null}
          </div>
        );
      })}
      {readOnly || tiers.length >= TIERS_MAX ? null : (
        <div>
          <Button
            size="sm"
            icon={<Plus size={15} aria-hidden />}
            onClick={() =>
              onChange([
                ...tiers,
                last
                  ? { below: round(last.below - 0.04, 6), percent: Math.min(100, last.percent * 2) }
                  : { below: 0.99, percent: 5 },
              ])
            }
          >
            {t('tierAdd')}
          </Button>
        </div>
      )}
    </div>
  );
}

function round(value: number, digits = 4): number {
  return Number(value.toFixed(digits));
}

import { type EscalationPolicy, type TriedStep, tryPolicy } from '@alongside/contracts';
import { Badge, Button, IconButton, Switch } from '@alongside/ui';
import { ArrowDown, ArrowUp, Pencil, Trash2, Users } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange } from '../data/queries.ts';
import styles from './PolicyCard.module.css';
import { PolicyLadder } from './PolicyLadder.tsx';
import { usePolicyWords } from './policy-words.ts';

export type PolicyCardProps = {
  policy: EscalationPolicy;
  index: number;
  count: number;
  mayEdit: boolean;
  onEdit: () => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
  onEnable: (enabled: boolean) => void;
};

/** One policy: which tickets it is for, and its chain. */
export function PolicyCard({ policy, index, count, mayEdit, onEdit, onMove, onRemove, onEnable }: PolicyCardProps) {
  const { t } = useTranslation('oncall');
  const words = usePolicyWords();
  const { content, enabled } = policy;
  const tryOut = useChange(tryPolicy);
  const [tried, setTried] = useState<readonly TriedStep[] | null>(null);
  return (
    <li className={styles.card}>
      <header className={styles.head}>
        <h4 className={styles.name}>
          {content.name}
          {enabled ? null : <Badge>{t('policy.off')}</Badge>}
        </h4>
        {mayEdit ? (
          <div className={styles.buttons}>
            <IconButton
              size="sm"
              label={t('policy.up', { name: content.name })}
              icon={<ArrowUp size={16} aria-hidden />}
              disabled={index === 0}
              onClick={() => onMove(-1)}
            />
            <IconButton
              size="sm"
              label={t('policy.down', { name: content.name })}
              icon={<ArrowDown size={16} aria-hidden />}
              disabled={index === count - 1}
              onClick={() => onMove(1)}
            />
            <IconButton
              size="sm"
              label={t('policy.removeOf', { name: content.name })}
              icon={<Trash2 size={16} aria-hidden />}
              onClick={onRemove}
            />
            <Button
              size="sm"
              icon={<Pencil size={14} aria-hidden />}
              aria-label={t('policy.editOf', { name: content.name })}
              onClick={onEdit}
            >
              {t('rotation.edit')}
            </Button>
          </div>
        ) : null}
      </header>
      <ul className={styles.rules}>
        {content.rules.map((rule) => (
          <li key={JSON.stringify(rule)}>{words.rule(rule)}</li>
        ))}
      </ul>
      <PolicyLadder content={content} tried={tried} />
      <footer className={styles.foot}>
        <Button
          size="sm"
          icon={<Users size={15} aria-hidden />}
          busy={tryOut.isPending}
          onClick={() => tryOut.mutate({ body: { content } }, { onSuccess: ({ steps }) => setTried(steps) })}
        >
          {t('policy.try')}
        </Button>
        {mayEdit ? (
          <span className={styles.switch}>
            <Switch label={t('policy.enabled')} checked={enabled} onChange={onEnable} />
          </span>
        ) : null}
      </footer>
    </li>
  );
}

import type { TicketContext } from '@alongside/contracts';
import { ChevronDown, X } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import { Button } from '../base/Button.tsx';
import { IconButton } from '../base/IconButton.tsx';
import styles from './ContextReview.module.css';
import { contextLines, WATCHED_CALL } from './context-lines.ts';

const SUMMARY_FACTS = 2;

export type ContextReviewProps = {
  context: TicketContext;
  /** A call the page has watched, in words; null where there is none. */
  watchedCall?: string | null;
  /** Ids of the lines that are not sent. */
  withheld: ReadonlySet<string>;
  onChange: (withheld: ReadonlySet<string>) => void;
};

/** What is sent along with a request: one line, opened to every fact, each of which can be left out. */
export function ContextReview({ context, watchedCall = null, withheld, onChange }: ContextReviewProps) {
  const { t } = useTranslation('ui', { keyPrefix: 'request' });
  const [open, setOpen] = useState(false);
  const id = useId();
  const call = { id: WATCHED_CALL, key: WATCHED_CALL, name: WATCHED_CALL, value: watchedCall ?? '' } as const;
  const all = watchedCall === null ? contextLines(context) : [call, ...contextLines(context)];
  const lines = all.filter((line) => !withheld.has(line.id));
  const label = (line: (typeof lines)[number]) => (line.key ? t(`context.${line.key}`) : line.name);
  const summary = lines.slice(0, SUMMARY_FACTS).map((line) => line.value);
  return (
    <div className={styles.root}>
      <button
        type="button"
        className={styles.head}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <span className={styles.title}>{t('context.title')}</span>
        <span className={styles.summary}>
          {lines.length === 0
            ? t('context.nothing')
            : lines.length <= SUMMARY_FACTS
              ? summary.join(', ')
              : t('context.summary', { summary: summary.join(', '), count: lines.length - SUMMARY_FACTS })}
        </span>
        <ChevronDown size={18} aria-hidden className={cx(styles.chevron, open && styles.turned)} />
      </button>
      <div id={id} hidden={!open} className={styles.body}>
        <p className={styles.lead}>{t('context.lead')}</p>
        <dl className={styles.lines}>
          {lines.map((line) => (
            <div key={line.id} className={styles.line}>
              <dt>{label(line)}</dt>
              <dd>{line.value}</dd>
              <dd className={styles.remove}>
                <IconButton
                  size="sm"
                  label={t('context.remove', { label: label(line) })}
                  icon={<X size={15} aria-hidden />}
                  onClick={() => onChange(new Set([...withheld, line.id]))}
                />
              </dd>
            </div>
          ))}
        </dl>
        {withheld.size > 0 ? (
          <Button size="sm" variant="quiet" onClick={() => onChange(new Set())}>
            {t('context.restore')}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

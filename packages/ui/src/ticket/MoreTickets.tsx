import type { InboxSnapshot } from '@alongside/client';
import { cx } from '../app/cx.ts';
import { Button } from '../base/Button.tsx';
import styles from './MoreTickets.module.css';

export type MoreTicketsProps = {
  inbox: Pick<InboxSnapshot, 'hasMore' | 'loadingMore' | 'moreError'>;
  /** What the button says. */
  label: string;
  onMore: () => void;
  quiet?: boolean;
  className?: string;
};

/** The end of a list that goes on: more of it, and why it could not be had. Nothing where the list ends. */
export function MoreTickets({ inbox, label, onMore, quiet = false, className }: MoreTicketsProps) {
  if (!inbox.hasMore) return null;
  return (
    <div className={cx(styles.more, className)}>
      {inbox.moreError ? (
        <p className={styles.error} role="alert">
          {inbox.moreError.message}
        </p>
      ) : null}
      <Button variant={quiet ? 'quiet' : 'secondary'} busy={inbox.loadingMore} onClick={onMore}>
        {label}
      </Button>
    </div>
  );
}

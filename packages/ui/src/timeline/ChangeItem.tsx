import type { TimelineEntry } from '@alongside/contracts';
import { lazy, memo, Suspense } from 'react';
import { DiagnosisEntry, type DiagnosisEntryProps } from '../diagnosis/DiagnosisEntry.tsx';
import styles from './ChangeItem.module.css';
import { ChangeLine, type ChangeLineProps } from './ChangeLine.tsx';

/** With all its words: loaded with the first one in sight. */
const CheckEntry = lazy(async () => ({ default: (await import('../check/CheckEntry.tsx')).CheckEntry }));

export type ChangeItemProps = ChangeLineProps & {
  /** It is the ticket's last diagnosis: its evidence is open at first. */
  isLastDiagnosis: boolean;
  /** Writes to the customer, in their language: what a diagnosis asks and advises goes there. */
  reply?: DiagnosisEntryProps['reply'];
};

/** A changed fact: in one quiet line, or with a card of its own. Drawn again only when it changed itself. */
export const ChangeItem = memo(function ChangeItem({ isLastDiagnosis, reply, ...line }: ChangeItemProps) {
  const { entry, forCustomer } = line;
  const { change, by, at } = entry;
  const quiet = <ChangeLine {...line} />;
  if (change.what !== 'recorded') return quiet;
  const { body } = change;
  if (body.type === 'check.attached')
    return (
      <Suspense fallback={quiet}>
        <CheckEntry by={by} at={at} body={body} />
      </Suspense>
    );
  if (body.type !== 'diagnosis.recorded' || forCustomer) return quiet;
  return (
    <div className={styles.diagnosis}>
      <DiagnosisEntry body={body} isLast={isLastDiagnosis} reply={reply} fallback={quiet} />
    </div>
  );
});

/** Whether an entry is what came of judging a call or a file. */
export function isDiagnosis(entry: TimelineEntry): boolean {
  return entry.kind === 'change' && entry.change.what === 'recorded' && entry.change.body.type === 'diagnosis.recorded';
}

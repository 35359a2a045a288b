import type { Check } from '@alongside/contracts';
import { CheckView, useClient } from '@alongside/ui';
import styles from './CheckScene.module.css';

/** The pre-call check inside the widget. @param onSend what is done with its result, for the team to see it */
export function CheckScene({ onSend }: { onSend: (check: Check) => Promise<void> | void }) {
  const { api } = useClient();
  return (
    <div className={styles.scene}>
      <CheckView api={api} onSend={onSend} titleAs="h2" />
    </div>
  );
}

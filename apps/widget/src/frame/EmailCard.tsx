import { type Me, updateMe } from '@alongside/contracts';
import { Button, keep, readKept, TextField, useClient } from '@alongside/ui';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './EmailCard.module.css';

const LATER = 'alongside.widget.email-later';

/** Asks a visitor without a name for an address, so that an answer finds them. Never in the way. */
export function EmailCard({ me }: { me: Me }) {
  const { t } = useTranslation('widget');
  const { api } = useClient();
  const [email, setEmail] = useState('');
  const [saved, setSaved] = useState<string | null>(null);
  const [dismissed, setDismissed] = useState(() => readKept(LATER, 'tab') !== null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  if (saved) {
    return (
      <p className={styles.saved} role="status">
        {t('email.saved', { email: saved })}
      </p>
    );
  }
  if (!me.anonymous || me.email || dismissed) return null;

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const { me: now } = await api.call(updateMe, { body: { email: email.trim() } });
      // The session still knows of none: shown anew, the card would ask again.
      keep(LATER, '1', 'tab');
      setSaved(now.email ?? email.trim());
    } catch (thrown) {
      setProblem((thrown as Error).message);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form className={styles.card} onSubmit={(event) => void save(event)} noValidate>
      <div className={styles.head}>
        <h2>{t('email.title')}</h2>
        <Button
          size="sm"
          variant="quiet"
          onClick={() => {
            keep(LATER, '1', 'tab');
            setDismissed(true);
          }}
        >
          {t('email.later')}
        </Button>
      </div>
      <p className={styles.text}>{t('email.text')}</p>
      <div className={styles.row}>
        <TextField
          className={styles.field}
          label={t('email.label')}
          hideLabel
          placeholder={t('email.label')}
          type="email"
          autoComplete="email"
          inputMode="email"
          value={email}
          error={problem}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Button type="submit" busy={busy} disabled={email.trim() === ''}>
          {t('email.save')}
        </Button>
      </div>
    </form>
  );
}

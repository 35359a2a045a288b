import { type ApiError, toApiError } from '@alongside/client';
import { LOCALES, type Locale, NAME_MAX_LENGTH, type Theme, updateMe } from '@alongside/contracts';
import {
  Button,
  cx,
  LANGUAGE_NAMES,
  SegmentedControl,
  TextField,
  useClient,
  useLocale,
  useTheme,
  useToast,
} from '@alongside/ui';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './Profile.module.css';
import page from './page.module.css';
import { usePortal } from './portal-context.ts';

const THEMES = ['system', 'light', 'dark'] as const;

/** Who one is here, and how one likes it. */
export function Profile() {
  const { t } = useTranslation('portal');
  const { me, setMe } = usePortal();
  const { api } = useClient();
  const { locale, setLocale } = useLocale();
  const { theme, setTheme } = useTheme();
  const toast = useToast();
  const [name, setName] = useState(me.name);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiError | null>(null);

  async function save(change: { name?: string; locale?: Locale; theme?: Theme }): Promise<void> {
    try {
      setMe((await api.call(updateMe, { body: change })).me);
    } catch (thrown) {
      const error = toApiError(thrown, locale);
      if (change.name !== undefined) setProblem(error);
      else toast.show({ tone: 'error', message: error.message });
    }
  }

  async function saveName(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    await save({ name: name.trim() });
    setBusy(false);
  }

  return (
    <div className={cx(page.page, page.narrow)}>
      <h1 className={page.title}>{t('profile.title')}</h1>
      <form className={styles.name} onSubmit={(event) => void saveName(event)} noValidate>
        <TextField
          className={styles.field}
          label={t('profile.name')}
          autoComplete="name"
          maxLength={NAME_MAX_LENGTH}
          value={name}
          error={problem?.message ?? null}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" busy={busy} disabled={name.trim() === '' || name.trim() === me.name}>
          {t('profile.save')}
        </Button>
      </form>
      <dl className={styles.facts}>
        {me.email ? (
          <div>
            <dt>{t('profile.email')}</dt>
            <dd>{me.email}</dd>
          </div>
        ) : null}
        {me.organisation ? (
          <div>
            <dt>{t('profile.organisation')}</dt>
            <dd>{me.organisation.name}</dd>
          </div>
        ) : null}
      </dl>
      <div className={styles.choice}>
        <span className={styles.label} aria-hidden>
          {t('profile.language')}
        </span>
        <SegmentedControl
          label={t('profile.language')}
          value={locale}
          onChange={(next) => {
            setLocale(next);
            void save({ locale: next });
          }}
          options={LOCALES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
        />
      </div>
      <div className={styles.choice}>
        <span className={styles.label} aria-hidden>
          {t('profile.theme')}
        </span>
        <SegmentedControl
          label={t('profile.theme')}
          value={theme}
          onChange={(next) => {
            setTheme(next);
            void save({ theme: next });
          }}
          options={THEMES.map((value) => ({ value, label: t(`profile.${value}`) }))}
        />
      </div>
    </div>
  );
}

import { Button, cx } from '@alongside/ui';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './EditorPart.module.css';

/** One part of what is edited, under its name. */
export function EditorPart({
  title,
  lead,
  error,
  children,
}: {
  title: string;
  lead?: ReactNode;
  /** What is wrong with the part as a whole. */
  error?: string | undefined;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={styles.part} aria-labelledby={id}>
      <div>
        <h3 id={id} className={styles.title}>
          {title}
        </h3>
        {lead ? <p className={styles.lead}>{lead}</p> : null}
      </div>
      {error ? (
        <p className={styles.error} role="alert">
          {error}
        </p>
      ) : null}
      {children}
    </section>
  );
}

/** Saving, always in sight while something is changed, with what it would do. */
export function SaveBar({
  changed,
  busy,
  children,
  onDiscard,
  newer,
}: {
  changed: boolean;
  busy: boolean;
  /** What saving would do. */
  children?: ReactNode;
  onDiscard?: (() => void) | undefined;
  /** Somebody else saved meanwhile: goes on from there. */
  newer?: (() => void) | undefined;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'editor' });
  return (
    <div className={cx(styles.bar, changed && styles.changed)}>
      <p className={styles.effect} aria-live="polite">
        {changed ? children : t('unchanged')}
      </p>
      {newer ? <Button onClick={newer}>{t('takeNewer')}</Button> : null}
      {onDiscard ? (
        <Button variant="quiet" disabled={!changed || busy} onClick={onDiscard}>
          {t('discard')}
        </Button>
      ) : null}
      <Button type="submit" variant="primary" busy={busy} disabled={!changed}>
        {t('save')}
      </Button>
    </div>
  );
}

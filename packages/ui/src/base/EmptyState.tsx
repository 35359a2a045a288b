import { RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import { Button } from './Button.tsx';
import styles from './EmptyState.module.css';
import { Picture, type PictureName } from './Pictures.tsx';

export type EmptyStateProps = {
  picture?: PictureName;
  title: string;
  /** `h1` where nothing else names the page. */
  titleAs?: 'h1' | 'p';
  /** What will be here, or what to do next. */
  children?: ReactNode;
  action?: ReactNode;
  compact?: boolean;
};

/** Nothing here, said kindly. */
export function EmptyState({
  picture = 'allClear',
  title,
  titleAs: Title = 'p',
  children,
  action,
  compact,
}: EmptyStateProps) {
  return (
    <div className={cx(styles.root, compact && styles.compact)}>
      <Picture name={picture} />
      <Title className={styles.title}>{title}</Title>
      {children ? <div className={styles.text}>{children}</div> : null}
      {action ? <div className={styles.action}>{action}</div> : null}
    </div>
  );
}

export type ErrorStateProps = {
  title?: string;
  /** `h1` where nothing else names the page. */
  titleAs?: 'h1' | 'p';
  /** The error in words for the reader. */
  message: string;
  /** Absent where trying again cannot help. */
  onRetry?: () => void;
  busy?: boolean;
  compact?: boolean;
};

/** Something failed: what, and the way on. */
export function ErrorState({ title, titleAs: Title = 'p', message, onRetry, busy, compact }: ErrorStateProps) {
  const { t } = useTranslation('ui');
  return (
    <div className={cx(styles.root, compact && styles.compact)} role="alert">
      <Picture name="broken" />
      <Title className={styles.title}>{title ?? t('error.title')}</Title>
      <div className={styles.text}>{message}</div>
      {onRetry ? (
        <div className={styles.action}>
          <Button onClick={onRetry} busy={busy} icon={<RotateCw size={16} aria-hidden />}>
            {t('error.retry')}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

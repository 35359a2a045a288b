import { Toast as Base } from '@base-ui/react/toast';
import { CircleCheck, CircleX, Info, X } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import { IconButton } from './IconButton.tsx';
import styles from './Toast.module.css';

export type ToastTone = 'info' | 'success' | 'error';

export type ToastInput = {
  message: string;
  tone?: ToastTone;
  /** How long it stays, ms; errors stay longer on their own. */
  timeoutMs?: number;
  /** The way back. */
  undo?: () => void;
  /** Another action, instead of undo. */
  action?: { label: string; onSelect: () => void };
};

/** Puts short reports into the corner. Stable between renders. */
export function useToast(): { show: (toast: ToastInput) => void } {
  const { add, close } = Base.useToastManager();
  const { t } = useTranslation('ui');
  return useMemo(
    () => ({
      show({ message, tone = 'info', timeoutMs, undo, action }: ToastInput) {
        const deed = undo ? { label: t('toast.undo'), onSelect: undo } : action;
        const id = add({
          title: message,
          type: tone,
          timeout: timeoutMs ?? (tone === 'error' || deed ? 9_000 : 4_500),
          priority: tone === 'error' ? 'high' : 'low',
          actionProps: deed && {
            children: deed.label,
            onClick: () => {
              close(id);
              deed.onSelect();
            },
          },
        });
      },
    }),
    [add, close, t],
  );
}

/** Holds the toasts of everything inside. */
export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <Base.Provider limit={4}>
      {children}
      <Base.Portal>
        <Base.Viewport className={styles.viewport} data-toasts>
          <Toasts />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

const ICONS = {
  info: <Info size={18} aria-hidden />,
  success: <CircleCheck size={18} aria-hidden />,
  error: <CircleX size={18} aria-hidden />,
};

function Toasts() {
  const { toasts } = Base.useToastManager();
  const { t } = useTranslation('ui');
  return toasts.map((toast) => {
    const tone = (toast.type ?? 'info') as ToastTone;
    return (
      <Base.Root key={toast.id} toast={toast} className={styles.toast} swipeDirection={['down', 'right']}>
        <Base.Content className={styles.content}>
          <span className={cx(styles.icon, styles[tone])}>{ICONS[tone]}</span>
          <Base.Title className={styles.title} render={<p />} />
          {toast.actionProps ? <Base.Action className={styles.action} /> : null}
          <Base.Close
            render={
              <IconButton size="sm" label={t('toast.dismiss')} icon={<X size={15} aria-hidden />} tooltip={false} />
            }
          />
        </Base.Content>
      </Base.Root>
    );
  });
}

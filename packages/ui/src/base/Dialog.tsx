import { AlertDialog as BaseAlert } from '@base-ui/react/alert-dialog';
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import { Button } from './Button.tsx';
import styles from './Dialog.module.css';
import { IconButton } from './IconButton.tsx';

export type DialogProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  /** Buttons, main one last. */
  actions?: ReactNode;
  size?: 'sm' | 'md' | 'lg' | 'full';
};

/** A task in front of the page; Escape and the cross leave it. */
export function Dialog({ open, onClose, title, description, children, actions, size = 'md' }: DialogProps) {
  const { t } = useTranslation('ui');
  const popup = useRef<HTMLDivElement>(null);
  // The cross comes first in the order but is never what one came for.
  function firstFocus(): HTMLElement | null {
    const element = popup.current;
    if (element?.contains(document.activeElement)) return document.activeElement as HTMLElement;
    return element?.querySelector<HTMLElement>('input, textarea, [role="combobox"]') ?? element;
  }
  return (
    <Base.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup ref={popup} initialFocus={firstFocus} className={cx(styles.popup, styles[size])}>
          <header className={styles.header}>
            <Base.Title className={styles.title}>{title}</Base.Title>
            <Base.Close
              render={<IconButton label={t('dialog.close')} icon={<X size={18} aria-hidden />} tooltip={false} />}
            />
          </header>
          {description ? <Base.Description className={styles.description}>{description}</Base.Description> : null}
          <Body>{children}</Body>
          {actions ? <footer className={styles.actions}>{actions}</footer> : null}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** What the dialog is about. Longer than the screen it scrolls, and then the keyboard must be able to scroll it. */
function Body({ children }: { children: ReactNode }) {
  const body = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useLayoutEffect(() => {
    const element = body.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setScrolls(element.scrollHeight > element.clientHeight));
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={body} className={styles.body} tabIndex={scrolls ? 0 : undefined}>
      {children}
    </div>
  );
}

export type AlertDialogProps = {
  open: boolean;
  title: string;
  /** What will happen and that it cannot be undone. */
  description: ReactNode;
  /** The deed itself, never just “OK”. */
  confirmLabel: string;
  busy?: boolean;
  onConfirm: () => void;
  onCancel: () => void;
};

/** Asks before something that cannot be undone. */
export function AlertDialog({ open, title, description, confirmLabel, busy, onConfirm, onCancel }: AlertDialogProps) {
  const { t } = useTranslation('ui');
  return (
    <BaseAlert.Root open={open} onOpenChange={(next) => (next ? undefined : onCancel())}>
      <BaseAlert.Portal>
        <BaseAlert.Backdrop className={styles.backdrop} />
        <BaseAlert.Popup className={cx(styles.popup, styles.sm)}>
          <header className={styles.header}>
            <BaseAlert.Title className={styles.title}>{title}</BaseAlert.Title>
          </header>
          <BaseAlert.Description className={styles.description}>{description}</BaseAlert.Description>
          <footer className={styles.actions}>
            <BaseAlert.Close render={<Button>{t('dialog.cancel')}</Button>} />
            <Button variant="danger" busy={busy} onClick={onConfirm}>
              {confirmLabel}
            </Button>
          </footer>
        </BaseAlert.Popup>
      </BaseAlert.Portal>
    </BaseAlert.Root>
  );
}

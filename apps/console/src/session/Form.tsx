import { cx } from '@alongside/ui';
import type { FormEvent, ReactNode } from 'react';
import styles from './Form.module.css';

/** A form that is sent by us, never by the browser. */
export function Form({
  onSubmit,
  error,
  className,
  children,
  id,
}: {
  onSubmit: () => void;
  /** What is wrong beyond single fields. */
  error?: string | null;
  className?: string;
  children: ReactNode;
  /** Lets a button outside submit it. */
  id?: string;
}) {
  return (
    <form
      id={id}
      noValidate
      className={cx(styles.form, className)}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
      {error ? (
        <p className={styles.error} role="alert">
          {error}
        </p>
      ) : null}
    </form>
  );
}

import { Field } from '@base-ui/react/field';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import { cx } from '../app/cx.ts';
import styles from './TextField.module.css';

type Common = {
  label: string;
  /** Keeps the label for screen readers only; for search boxes and inline edits. */
  hideLabel?: boolean;
  hint?: ReactNode;
  /** What is wrong with the value, in the reader's language. */
  error?: string | null;
  /** Drawn inside, before the text. */
  icon?: ReactNode;
};

export type TextFieldProps = Common & Omit<ComponentPropsWithRef<'input'>, 'size' | 'defaultValue'>;
export type TextAreaProps = Common & Omit<ComponentPropsWithRef<'textarea'>, 'defaultValue'>;

/** One line of text. */
export function TextField({ label, hideLabel, hint, error, icon, className, disabled, name, ...rest }: TextFieldProps) {
  return (
    <Field.Root className={cx(styles.field, className)} invalid={Boolean(error)} disabled={disabled} name={name}>
      <Field.Label className={cx(styles.label, hideLabel && styles.hidden)}>{label}</Field.Label>
      <span className={styles.box}>
        {icon ? <span className={styles.icon}>{icon}</span> : null}
        <Field.Control className={cx(styles.control, icon ? styles.withIcon : null)} render={<input {...rest} />} />
      </span>
      <Notes hint={hint} error={error} />
    </Field.Root>
  );
}

/** Several lines of text. */
export function TextArea({ label, hideLabel, hint, error, className, disabled, name, ...rest }: TextAreaProps) {
  return (
    <Field.Root className={cx(styles.field, className)} invalid={Boolean(error)} disabled={disabled} name={name}>
      <Field.Label className={cx(styles.label, hideLabel && styles.hidden)}>{label}</Field.Label>
      <Field.Control className={cx(styles.control, styles.area)} render={<textarea rows={4} {...rest} />} />
      <Notes hint={hint} error={error} />
    </Field.Root>
  );
}

function Notes({ hint, error }: Pick<Common, 'hint' | 'error'>) {
  return (
    <>
      {hint ? <Field.Description className={styles.hint}>{hint}</Field.Description> : null}
      {error ? (
        <Field.Error match className={styles.error}>
          {error}
        </Field.Error>
      ) : null}
    </>
  );
}

import { TextField } from '@alongside/ui';
import { useEffect, useState } from 'react';
import styles from './PlanEditor.module.css';

/** A number one types in, with what it counts behind it. What is no number is put back. */
export function NumberField({
  label,
  hint,
  unit,
  value,
  disabled = false,
  error = null,
  onChange,
}: {
  label: string;
  hint?: string;
  unit?: string;
  value: number;
  disabled?: boolean;
  error?: string | null;
  onChange: (value: number) => void;
}) {
  const [text, setText] = useState(String(value));
  useEffect(() => setText(String(value)), [value]);
  return (
    <TextField
      className={styles.number}
      label={unit ? `${label} (${unit})` : label}
      hint={hint}
      inputMode="decimal"
      autoComplete="off"
      disabled={disabled}
      value={text}
      error={error}
      onChange={(event) => {
        setText(event.target.value);
        const next = Number(event.target.value);
        if (event.target.value.trim() !== '' && Number.isFinite(next)) onChange(next);
      }}
      onBlur={() => setText(String(value))}
    />
  );
}

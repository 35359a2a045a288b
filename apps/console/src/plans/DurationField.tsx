import { TextField, useLocale } from '@alongside/ui';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readDuration, writeDuration } from './duration-text.ts';

/**
 * A length of time one types in. Empty is none.
 * @param onChange also told null: what stands there is no length of time
 */
export function DurationField({
  label,
  valueMs,
  error,
  disabled,
  onChange,
}: {
  label: string;
  valueMs: number | undefined;
  error: string | null;
  disabled: boolean;
  onChange: (ms: number | undefined | null) => void;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'plan' });
  const { locale } = useLocale();
  const written = writeDuration(valueMs, locale);
  const [text, setText] = useState(written);
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    setText(written);
    setWrong(false);
  }, [written]);
  function commit(): void {
    const ms = readDuration(text);
    setWrong(ms === null);
    onChange(ms);
    if (ms !== null) setText(writeDuration(ms, locale));
  }

  return (
    <TextField
      label={label}
      placeholder={t('noTarget')}
      autoComplete="off"
      disabled={disabled}
      value={text}
      error={wrong ? t('notADuration') : error}
      onChange={(event) => {
        setText(event.target.value);
        const ms = readDuration(event.target.value);
        if (ms !== null) setWrong(false);
        // What is half typed is no fault yet, but nothing to save either.
        if (ms === null) onChange(null);
      }}
      onBlur={commit}
      onKeyDown={(event) => {
        // Takes the time; the form around it would save the whole plan without it.
        if (event.key !== 'Enter') return;
        event.preventDefault();
        commit();
      }}
    />
  );
}

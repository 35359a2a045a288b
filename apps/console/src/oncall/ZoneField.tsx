import { TextField, useLocale, useNow } from '@alongside/ui';
import { useId, useMemo } from 'react';
import { zoneOffset } from './shift-words.ts';

/** A time zone by its IANA name; the browser completes what one types. */
export function ZoneField({
  label,
  value,
  error,
  onChange,
}: {
  label: string;
  value: string;
  error: string | null;
  onChange: (zone: string) => void;
}) {
  const { locale } = useLocale();
  const nowMs = useNow();
  const listId = useId();
  const zones = useMemo(() => ['UTC', ...Intl.supportedValuesOf('timeZone')], []);
  return (
    <>
      <TextField
        label={label}
        list={listId}
        autoComplete="off"
        spellCheck={false}
        value={value}
        error={error}
        hint={zones.includes(value) ? zoneOffset(value, locale, nowMs) : undefined}
        onChange={(event) => onChange(event.target.value.trim())}
      />
      <datalist id={listId}>
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}

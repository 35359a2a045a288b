import { ESCALATION_WAIT_MAX_MS } from '@alongside/contracts';
import { Select, TextField } from '@alongside/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import fields from './Fields.module.css';
import styles from './PolicyEditor.module.css';

const UNITS_MS = { second: 1_000, minute: 60_000, hour: 3_600_000 } as const;
type Unit = keyof typeof UNITS_MS;

/** A stretch of time as a number and its unit. */
export function WaitField({
  label,
  hint,
  waitMs,
  minMs = 0,
  onChange,
}: {
  label: string;
  hint?: string;
  waitMs: number;
  minMs?: number;
  onChange: (waitMs: number) => void;
}) {
  const { t } = useTranslation('oncall');
  const [unit, setUnit] = useState<Unit>(() => unitOf(waitMs));
  const [text, setText] = useState(() => String(waitMs / UNITS_MS[unit]));
  const set = (nextText: string, nextUnit: Unit) => {
    setText(nextText);
    setUnit(nextUnit);
    const ms = Math.round(Number(nextText) * UNITS_MS[nextUnit]);
    if (Number.isFinite(ms)) onChange(Math.min(ESCALATION_WAIT_MAX_MS, Math.max(minMs, ms)));
  };
  return (
    <div className={fields.group}>
      <div className={styles.wait}>
        <TextField
          type="number"
          min={0}
          step="any"
          label={label}
          value={text}
          onChange={(event) => set(event.target.value, unit)}
          // What is too short or too long becomes what is possible, and shows it.
          onBlur={() => setText(String(waitMs / UNITS_MS[unit]))}
        />
        <Select<Unit>
          hideLabel
          label={t('step.unit')}
          value={unit}
          options={(['second', 'minute', 'hour'] as const).map((value) => ({ value, label: t(`step.units.${value}`) }))}
          onChange={(next) => set(text, next)}
        />
      </div>
      {hint ? <p className={fields.hint}>{hint}</p> : null}
    </div>
  );
}

/** The largest unit of which it is a whole number; minutes for nothing. */
function unitOf(waitMs: number): Unit {
  if (waitMs === 0) return 'minute';
  if (waitMs % UNITS_MS.hour === 0) return 'hour';
  return waitMs % UNITS_MS.minute === 0 ? 'minute' : 'second';
}

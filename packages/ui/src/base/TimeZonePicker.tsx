import { Combobox as Base } from '@base-ui/react/combobox';
import { Check, ChevronDown } from 'lucide-react';
import { useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import popup from './popup.module.css';
import styles from './TimeZonePicker.module.css';
import { isZoneMatch, type TimeZone, timeZones, zoneOf } from './time-zones.ts';

/** As many as one reads through; whoever wants another types on. */
const SHOWN_MAX = 60;

export type TimeZonePickerProps = {
  label: string;
  /** IANA name. */
  value: string;
  onChange: (timeZone: string) => void;
  hint?: string;
  error?: string | null;
  disabled?: boolean;
};

/** One of the world's time zones, found by city, by what the zone is called, or by its offset. */
export function TimeZonePicker({ label, value, onChange, hint, error, disabled }: TimeZonePickerProps) {
  const { t } = useTranslation('ui', { keyPrefix: 'timeZone' });
  const { locale } = useLocale();
  const id = useId();
  const [wanted, setWanted] = useState(false);
  // Four hundred names in words take a moment: made when somebody looks.
  const zones = useMemo(() => (wanted ? timeZones(locale, Date.now()) : []), [wanted, locale]);
  const selected = useMemo(() => zoneOf(value, locale, Date.now()), [value, locale]);
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <Base.Root<TimeZone>
        items={zones}
        value={selected}
        onValueChange={(next) => {
          if (next) onChange(next.id);
        }}
        itemToStringLabel={(zone) => zone.id.replaceAll('_', ' ')}
        isItemEqualToValue={(a, b) => a.id === b.id}
        filter={(zone, query) => isZoneMatch(zone, query)}
        limit={SHOWN_MAX}
        disabled={disabled}
        onOpenChange={(open) => {
          if (open) setWanted(true);
        }}
      >
        <Base.InputGroup className={cx(styles.box, error && styles.invalid)}>
          <Base.Input
            id={id}
            className={styles.input}
            placeholder={t('search')}
            aria-invalid={error ? true : undefined}
            aria-describedby={cx(hint && `${id}-hint`, error && `${id}-error`) || undefined}
            onFocus={(event) => {
              setWanted(true);
              event.currentTarget.select();
            }}
          />
          <span className={styles.offset}>{selected.offset}</span>
          <Base.Trigger className={styles.trigger} aria-label={t('open')}>
            <ChevronDown size={14} aria-hidden />
          </Base.Trigger>
        </Base.InputGroup>
        <Base.Portal>
          <Base.Positioner className={popup.positioner} sideOffset={4} align="start">
            <Base.Popup className={cx(popup.popup, styles.popup)}>
              <Base.Empty className={styles.empty}>{t('none')}</Base.Empty>
              <Base.List className={styles.list}>
                {(zone: TimeZone) => (
                  <Base.Item key={zone.id} value={zone} className={cx(popup.item, styles.item)}>
                    <span className={popup.check}>
                      <Base.ItemIndicator>
                        <Check size={14} aria-hidden />
                      </Base.ItemIndicator>
                    </span>
                    <span className={styles.texts}>
                      <span>{zone.id.replaceAll('_', ' ')}</span>
                      <span className={styles.name}>{zone.name}</span>
                    </span>
                    <span className={styles.itemOffset}>{zone.offset}</span>
                  </Base.Item>
                )}
              </Base.List>
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
      {hint ? (
        <span id={`${id}-hint`} className={styles.hint}>
          {hint}
        </span>
      ) : null}
      {error ? (
        <span id={`${id}-error`} className={styles.error}>
          {error}
        </span>
      ) : null}
    </div>
  );
}

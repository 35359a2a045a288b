import type { ApiError } from '@alongside/client';
import { type Handover, type RotationLayer, type StaffMember, WEEKDAYS, type Weekday } from '@alongside/contracts';
import { IconButton, Select, Switch, TextField, useLocale } from '@alongside/ui';
import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { fieldError } from '../data/queries.ts';
import styles from './LayerEditor.module.css';
import { PeopleOrder } from './PeopleOrder.tsx';
import { RestrictionFields } from './RestrictionFields.tsx';
import { weekdayNames } from './weekday-names.ts';
import { OFFICE_HOURS, restrictionsOf } from './windows.ts';
import { ZoneField } from './ZoneField.tsx';

export type LayerEditorProps = {
  layer: RotationLayer;
  index: number;
  count: number;
  /** The rotation's, for a layer without its own. */
  zone: string;
  staff: readonly StaffMember[];
  error: ApiError | null;
  onChange: (layer: RotationLayer) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
};

type Rhythm = 'day' | 'week' | 'days';

/** People who take turns: who, when one hands over to the next, and the hours in which it counts. */
export function LayerEditor({ layer, index, count, zone, staff, error, onChange, onMove, onRemove }: LayerEditorProps) {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const change = (part: Partial<RotationLayer>) => onChange({ ...layer, ...part });
  const field = (name: string) => fieldError(error, `content.layers.${index}.${name}`);
  const { handover } = layer;
  const rhythm: Rhythm = typeof handover.every === 'number' ? 'days' : handover.every;
  const weekdays = weekdayNames(locale, 'long');

  function setRhythm(next: Rhythm): void {
    const { at } = handover;
    const made: Handover =
      next === 'week' ? { every: 'week', at, on: handover.on ?? 'mon' } : { every: next === 'days' ? 14 : 'day', at };
    change({ handover: made });
  }

  return (
    <fieldset className={styles.layer}>
      <legend className={styles.legend}>{t('layer.legend', { number: index + 1 })}</legend>
      <div className={styles.head}>
        <TextField
          className={styles.name}
          label={t('layer.name')}
          maxLength={80}
          value={layer.name}
          error={field('name')}
          onChange={(event) => change({ name: event.target.value })}
        />
        <span className={styles.buttons}>
          <IconButton
            label={t('layer.up', { name: layer.name })}
            icon={<ArrowUp size={16} aria-hidden />}
            disabled={index === 0}
            onClick={() => onMove(-1)}
          />
          <IconButton
            label={t('layer.down', { name: layer.name })}
            icon={<ArrowDown size={16} aria-hidden />}
            disabled={index === count - 1}
            onClick={() => onMove(1)}
          />
          <IconButton
            label={t('layer.remove', { name: layer.name })}
            icon={<Trash2 size={16} aria-hidden />}
            disabled={count === 1}
            onClick={onRemove}
          />
        </span>
      </div>
      {index > 0 ? <p className={styles.hint}>{t('layer.beats')}</p> : null}
      <PeopleOrder
        people={layer.people}
        staff={staff}
        error={field('people')}
        onChange={(people) => change({ people })}
      />
      <div className={styles.fields}>
        <Select<Rhythm>
          label={t('layer.every')}
          value={rhythm}
          onChange={setRhythm}
          options={(['day', 'week', 'days'] as const).map((value) => ({ value, label: t(`layer.rhythm.${value}`) }))}
        />
        {typeof handover.every === 'number' ? (
          <TextField
            type="number"
            min={1}
            max={366}
            label={t('layer.days')}
            value={String(handover.every)}
            error={field('handover.every')}
            onChange={(event) =>
              change({
                handover: {
                  ...handover,
                  every: Math.min(366, Math.max(1, Math.trunc(Number(event.target.value)) || 1)),
                },
              })
            }
          />
        ) : null}
        {handover.every === 'week' ? (
          <Select<Weekday>
            label={t('layer.on')}
            value={handover.on ?? 'mon'}
            onChange={(on) => change({ handover: { ...handover, on } })}
            options={WEEKDAYS.map((value, at) => ({ value, label: weekdays[at]! }))}
          />
        ) : null}
        <TextField
          type="time"
          label={t('layer.at')}
          value={handover.at}
          error={field('handover.at')}
          onChange={(event) => change({ handover: { ...handover, at: event.target.value || '00:00' } })}
        />
        <TextField
          type="date"
          label={t('layer.startsOn')}
          value={layer.startsOn}
          error={field('startsOn')}
          onChange={(event) => change({ startsOn: event.target.value })}
        />
      </div>
      <Switch
        label={t('layer.ownZone')}
        hint={t('layer.ownZoneHint')}
        checked={layer.tz !== undefined}
        onChange={(on) => {
          const { tz: _, ...rest } = layer;
          onChange(on ? { ...rest, tz: zone } : rest);
        }}
      />
      {layer.tz === undefined ? null : (
        <ZoneField label={t('editor.zone')} value={layer.tz} error={field('tz')} onChange={(tz) => change({ tz })} />
      )}
      <Switch
        label={t('layer.restricted')}
        hint={t('layer.restrictedHint')}
        checked={layer.restrictions !== undefined}
        onChange={(on) => {
          const { restrictions: _, ...rest } = layer;
          onChange(on ? { ...rest, restrictions: restrictionsOf([OFFICE_HOURS]) } : rest);
        }}
      />
      {layer.restrictions === undefined ? null : (
        <RestrictionFields
          restrictions={layer.restrictions}
          error={field('restrictions')}
          onChange={(restrictions) => change({ restrictions })}
        />
      )}
    </fieldset>
  );
}

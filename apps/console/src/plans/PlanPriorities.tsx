import { type PlanContent, PRIORITIES, type Priority, type SupportCalendar, TARGETS } from '@alongside/contracts';
import { PriorityBadge, Select, useLocale } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import { DurationField } from './DurationField.tsx';
import styles from './PlanEditor.module.css';

/** Round the clock, as a value a list can hold. */
const ALWAYS = 'always';

/**
 * What each priority is promised, and in which hours it is counted.
 * @param onWrong told which fields hold no length of time
 */
export function PlanPriorities({
  priorities,
  calendars,
  readOnly,
  errorOf,
  onChange,
  onWrong,
}: {
  priorities: PlanContent['priorities'];
  calendars: readonly SupportCalendar[];
  readOnly: boolean;
  errorOf: (field: string) => string | null;
  onChange: (priorities: PlanContent['priorities']) => void;
  onWrong: (field: string, isWrong: boolean) => void;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'plan' });
  const { t: ui } = useTranslation('ui');
  const { locale } = useLocale();
  const set = (priority: Priority, part: Partial<PlanContent['priorities'][Priority]>) =>
    onChange({ ...priorities, [priority]: { ...priorities[priority], ...part } });
  return (
    <div className={styles.priorities}>
      {PRIORITIES.map((priority) => {
        const { calendarId, targetsMs } = priorities[priority];
        const calendarError = errorOf(`priorities.${priority}.calendarId`);
        return (
          <fieldset key={priority} className={styles.priority}>
            <legend className={styles.legend}>{`${priority} ${ui(`priority.${priority}`)}`}</legend>
            <div className={styles.priorityHead}>
              <span className={styles.priorityName} aria-hidden>
                <PriorityBadge priority={priority} plain /> {ui(`priority.${priority}`)}
              </span>
              <div>
                <Select
                  label={t('countedIn')}
                  value={calendarId ?? ALWAYS}
                  disabled={readOnly}
                  options={[
                    ...calendars.map((calendar) => ({ value: calendar.id, label: calendar.name[locale] })),
                    { value: ALWAYS, label: t('always') },
                  ]}
                  onChange={(next) => set(priority, { calendarId: next === ALWAYS ? null : next })}
                />
                {calendarError ? <p className={styles.error}>{calendarError}</p> : null}
              </div>
            </div>
            <div className={styles.targets}>
              {TARGETS.map((target) => {
                const field = `priorities.${priority}.targetsMs.${target}`;
                return (
                  <DurationField
                    key={target}
                    label={t(`target.${target}`)}
                    valueMs={targetsMs[target]}
                    disabled={readOnly}
                    error={errorOf(field)}
                    onChange={(ms) => {
                      onWrong(field, ms === null);
                      if (ms === null || ms === targetsMs[target]) return;
                      const { [target]: _, ...others } = targetsMs;
                      set(priority, { targetsMs: ms === undefined ? others : { ...others, [target]: ms } });
                    }}
                  />
                );
              })}
            </div>
          </fieldset>
        );
      })}
    </div>
  );
}

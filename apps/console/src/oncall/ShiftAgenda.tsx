import { byPerson } from '@alongside/desk';
import { Avatar, cx, useLocale, useNow } from '@alongside/ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { placeOf, type Span } from './picture.ts';
import type { PictureShift } from './RotationPicture.tsx';
import styles from './ShiftAgenda.module.css';
import { stretchWords } from './shift-words.ts';

/** The final schedule as a list, for narrow screens. */
export function ShiftAgenda({
  shifts,
  span,
  timeZone,
  nameOf,
  idOfMe,
  actions,
}: {
  shifts: readonly PictureShift[];
  span: Span;
  timeZone: string;
  nameOf: (personId: string) => string;
  idOfMe: string;
  actions: (shift: PictureShift) => ReactNode;
}) {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const nowMs = useNow();
  const turns = byPerson(shifts.map((shift) => ({ layerId: null, ...shift })))
    .filter((turn) => placeOf(turn, span))
    .map((turn) => ({ ...turn, from: new Date(Math.max(Date.parse(turn.from), span.fromMs)).toISOString() }));
  return (
    <ul className={styles.list}>
      {turns.map((turn) => {
        const isNow = Date.parse(turn.from) <= nowMs && nowMs < Date.parse(turn.to);
        return (
          <li key={turn.from} className={cx(styles.row, isNow && styles.now)}>
            {turn.personId === null ? null : (
              <Avatar id={turn.personId} name={nameOf(turn.personId)} kind="staff" size={28} />
            )}
            <span className={styles.texts}>
              <span className={cx(styles.name, turn.personId === null && styles.nobody)}>
                {turn.personId === null
                  ? t('picture.nobody')
                  : turn.personId === idOfMe
                    ? t('person.me', { name: nameOf(turn.personId) })
                    : nameOf(turn.personId)}
              </span>
              <span className={styles.when}>{stretchWords(turn, locale, timeZone)}</span>
            </span>
            {turn.personId !== null && Date.parse(turn.to) > nowMs ? (
              <span className={styles.actions}>{actions(turn)}</span>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}

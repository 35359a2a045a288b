import type { CallEntry, CallParticipant, CallSide } from '@alongside/contracts';
import { Phone, PhoneCall, PhoneMissed, PhoneOff } from 'lucide-react';
import { memo } from 'react';
import { cx } from '../app/cx.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import { Button } from '../base/Button.tsx';
import { Tooltip } from '../base/Tooltip.tsx';
import { Avatar } from '../people/Avatar.tsx';
import { usePersonName } from '../people/person-name.ts';
import { RecordingLines } from '../recording/RecordingLines.tsx';
import { clockFace, exactTime, timeOfDay } from '../ticket/time-words.ts';
import styles from './CallEntryCard.module.css';
import { CallTimer } from './CallTimer.tsx';
import { useCallText } from './call-text.ts';
import { QualityBars } from './QualityBars.tsx';
import { qualityWord } from './quality-words.ts';

export type CallEntryCardProps = {
  entry: CallEntry;
  /** The side the reader is on: a call they missed reads differently from one the others did not answer. */
  mySide: CallSide;
  /** Into a call that goes on. */
  onJoin?: (callId: string) => void;
  /** One is in it, on this page. */
  isIn?: boolean;
  /** Starts a new one; leave out where calling is not allowed. */
  onCallBack?: () => void;
};

/** A call in the timeline: who, when, how long, how good for each; while it goes on, the way in. */
export const CallEntryCard = memo(function CallEntryCard({
  entry,
  mySide,
  isIn = false,
  onJoin,
  onCallBack,
}: CallEntryCardProps) {
  const t = useCallText();
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const { call } = entry;
  const isOn = call.state === 'live' || call.state === 'ringing';
  const wasMissedHere = call.state === 'missed' && call.rings === mySide;
  const Icon = isOn ? PhoneCall : call.state === 'ended' ? Phone : call.state === 'missed' ? PhoneMissed : PhoneOff;
  const startedMs = Date.parse(call.startedAt);
  const lastedMs = call.answeredAt && call.endedAt ? Date.parse(call.endedAt) - Date.parse(call.answeredAt) : null;
  const title =
    isOn && isIn
      ? t('entry.isIn')
      : call.state === 'missed' && !wasMissedHere
        ? t('entry.missedOther')
        : t(`entry.${call.state}`, { name: nameOf(call.startedBy.name) });
  return (
    <div className={cx(styles.card, isOn && styles.on, wasMissedHere && styles.missed)}>
      <span className={styles.icon}>
        <Icon size={18} aria-hidden />
      </span>
      <div className={styles.words}>
        <p className={styles.title}>
          {title}
          {lastedMs !== null ? <span className={styles.duration}>{clockFace(lastedMs)}</span> : null}
          {isOn && call.answeredAt ? <CallTimer sinceMs={Date.parse(call.answeredAt)} /> : null}
        </p>
        <time className={styles.when} dateTime={call.startedAt} title={exactTime(startedMs, locale)}>
          {t('entry.startedBy', { name: nameOf(call.startedBy.name), time: timeOfDay(startedMs, locale) })}
        </time>
      </div>
      {isOn && !isIn && onJoin ? (
        <Button size="sm" variant="primary" onClick={() => onJoin(call.id)}>
          {t('entry.join')}
        </Button>
      ) : null}
      {!isOn && onCallBack ? (
        <Button size="sm" onClick={onCallBack}>
          {t(wasMissedHere ? 'entry.callBack' : 'entry.callAgain')}
        </Button>
      ) : null}
      {call.participants.length > 0 ? (
        <ul className={styles.people}>
          {call.participants.map((participant) => (
            <Person key={participant.who.id} participant={participant} />
          ))}
        </ul>
      ) : null}
      <RecordingLines call={call} />
    </div>
  );
});

function Person({ participant }: { participant: CallParticipant }) {
  const t = useCallText();
  const { who, quality, joinedAt, leftAt } = participant;
  const name = usePersonName()(who.name);
  const stayedMs = leftAt ? Date.parse(leftAt) - Date.parse(joinedAt) : null;
  const facts = quality && {
    rtt: Math.round(quality.rttMs ?? 0),
    jitter: Math.round(quality.jitterMs ?? 0),
    loss: ((quality.lossRatio ?? 0) * 100).toFixed(1),
  };
  const bars =
    quality?.score != null ? (
      <span className={styles.quality}>
        <QualityBars score={quality.score} />
        {t('entry.quality')}: {t(`entry.${qualityWord(quality.score)}`)}
      </span>
    ) : null;
  return (
    <li className={styles.person}>
      <Avatar id={who.id} name={who.name} kind={who.kind} size={20} />
      <span className={styles.name}>
        {stayedMs === null ? name : t('entry.stayed', { name, duration: clockFace(stayedMs) })}
      </span>
      {bars && facts ? <Tooltip label={t('entry.details', facts)}>{bars}</Tooltip> : bars}
    </li>
  );
}

import type { CallEntry, CallQuality } from '@alongside/contracts';
import { Phone, PhoneCall, PhoneMissed, PhoneOff } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import { Button } from '../base/Button.tsx';
import { useNow } from '../ticket/RelativeTime.tsx';
import { clockFace, exactTime, timeOfDay } from '../ticket/time-words.ts';
import styles from './CallLine.module.css';

/** A call in the timeline: who, when, how long, how good; while it goes on, the way in. */
export const CallLine = memo(function CallLine({
  entry,
  onJoin,
}: {
  entry: CallEntry;
  onJoin?: (callId: string) => void;
}) {
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  const nowMs = useNow();
  const { call } = entry;
  const isOn = call.state === 'live' || call.state === 'ringing';
  const Icon = isOn ? PhoneCall : call.state === 'ended' ? Phone : call.state === 'missed' ? PhoneMissed : PhoneOff;
  const name = call.startedBy.name;
  const began = Date.parse(call.answeredAt ?? call.startedAt);
  const durationMs = (call.endedAt ? Date.parse(call.endedAt) : nowMs) - began;
  const people = call.participants.map((participant) => participant.who.name);
  const measured = call.participants.filter((participant) => participant.quality?.score != null);
  return (
    <div className={cx(styles.line, isOn && styles.on)}>
      <span className={styles.icon}>
        <Icon size={18} aria-hidden />
      </span>
      <div className={styles.texts}>
        <p className={styles.title}>
          {t(`callLine.${call.state}`, { name, duration: clockFace(durationMs) })}
          <time className={styles.time} dateTime={call.startedAt} title={exactTime(Date.parse(call.startedAt), locale)}>
            {timeOfDay(Date.parse(call.startedAt), locale)}
          </time>
        </p>
        {people.length > 0 ? <p className={styles.facts}>{t('callLine.with', { names: people.join(', ') })}</p> : null}
        {measured.length > 0 ? (
          <p className={styles.facts}>
            {t('callLine.quality')}
            {measured.map((participant) => (
              <span key={participant.who.id} className={styles.quality} title={qualityTitle(participant.quality!)}>
                <QualityBars score={participant.quality!.score!} />
                {t('callLine.qualityOf', {
                  name: participant.who.name,
                  word: t(`callLine.${qualityWord(participant.quality!.score!)}`),
                })}
              </span>
            ))}
          </p>
        ) : null}
      </div>
      {isOn && onJoin ? (
        <Button size="sm" variant="primary" onClick={() => onJoin(call.id)}>
          {t('callLine.join')}
        </Button>
      ) : null}
    </div>
  );
});

function qualityWord(score: number): 'good' | 'fair' | 'poor' {
  if (score >= 3.8) return 'good';
  return score >= 2.6 ? 'fair' : 'poor';
}

function qualityTitle(quality: CallQuality): string {
  const parts: string[] = [];
  if (quality.rttMs !== null) parts.push(`RTT ${Math.round(quality.rttMs)} ms`);
  if (quality.jitterMs !== null) parts.push(`jitter ${Math.round(quality.jitterMs)} ms`);
  if (quality.lossRatio !== null) parts.push(`loss ${(quality.lossRatio * 100).toFixed(1)} %`);
  return parts.join(' · ');
}

function QualityBars({ score }: { score: number }) {
  return (
    <span className={styles.bars} aria-hidden>
      {[1, 2, 3, 4].map((bar) => (
        <span key={bar} className={cx(styles.bar, bar <= Math.round(score - 0.6) && styles.filled)} />
      ))}
    </span>
  );
}

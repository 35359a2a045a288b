import type { CallController, CallSnapshot } from '@alongside/client';
import { PhoneOff, RotateCw, TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '../base/Button.tsx';
import { clockFace } from '../ticket/time-words.ts';
import styles from './CallOver.module.css';
import { useCallText } from './call-text.ts';
import { isKeyboardFree } from './keyboard.ts';
import { QualityBars } from './QualityBars.tsx';
import { qualityWord } from './quality-words.ts';
import { TriedAddresses } from './TriedAddresses.tsx';

/** What one sees after a call: how it ended, how long and how good it was, and the way back. */
export function CallOver({ call, snapshot }: { call: CallController; snapshot: CallSnapshot }) {
  const t = useCallText();
  const heading = useRef<HTMLHeadingElement>(null);
  // The controls one had the focus on are gone; a keyboard goes on from here, and who is writing goes on writing.
  useEffect(() => {
    if (isKeyboardFree()) heading.current?.focus();
  }, []);
  const { phase, outcome, failure, ticketId, callId, quality, liveSince } = snapshot;
  const close = (
    <Button size="lg" onClick={() => call.dismiss()}>
      {t(failure?.reason === 'recorded' ? 'failed.stayOut' : phase === 'failed' ? 'failed.close' : 'ended.close')}
    </Button>
  );
  if (phase === 'failed' && failure) {
    return (
      <div className={styles.over}>
        <span className={styles.icon}>
          <TriangleAlert size={28} aria-hidden />
        </span>
        <h2 ref={heading} tabIndex={-1} className={styles.title}>
          {t(
            failure.reason === 'elsewhere'
              ? 'failed.moved'
              : failure.reason === 'removed'
                ? 'failed.out'
                : failure.reason === 'recorded'
                  ? 'failed.recordedTitle'
                  : 'failed.title',
          )}
        </h2>
        <p className={styles.text}>{failure.message ?? t(`failed.${failure.reason}`)}</p>
        {failure.addresses.length > 0 ? <TriedAddresses failures={failure.addresses} /> : null}
        <div className={styles.actions}>
          {close}
          {failure.canRetry ? (
            <Button
              size="lg"
              variant="primary"
              icon={failure.reason === 'recorded' ? undefined : <RotateCw size={18} aria-hidden />}
              onClick={() => void call.retry()}
            >
              {t(
                failure.reason === 'elsewhere'
                  ? 'failed.here'
                  : failure.reason === 'recorded'
                    ? 'failed.agree'
                    : 'failed.retry',
              )}
            </Button>
          ) : null}
        </div>
      </div>
    );
  }
  const goesOn = outcome === 'left' && snapshot.call?.state === 'live';
  const endedAt = snapshot.call?.endedAt ? Date.parse(snapshot.call.endedAt) : null;
  const lastedMs =
    snapshot.call?.answeredAt && endedAt !== null
      ? endedAt - Date.parse(snapshot.call.answeredAt)
      : liveSince !== null && quality
        ? quality.measuredMs
        : null;
  return (
    <div className={styles.over}>
      <span className={styles.icon}>
        <PhoneOff size={28} aria-hidden />
      </span>
      <h2 ref={heading} tabIndex={-1} className={styles.title}>
        {t(`ended.${outcome ?? 'ended'}`)}
      </h2>
      <dl className={styles.facts}>
        {lastedMs !== null ? (
          <div>
            <dt>{t('ended.duration')}</dt>
            <dd>{clockFace(lastedMs)}</dd>
          </div>
        ) : null}
        {quality?.score != null ? (
          <div>
            <dt>{t('ended.quality')}</dt>
            <dd>
              <QualityBars score={quality.score} /> {t(`entry.${qualityWord(quality.score)}`)}
            </dd>
          </div>
        ) : null}
      </dl>
      <div className={styles.actions}>
        {goesOn && ticketId && callId ? (
          <Button size="lg" onClick={() => void call.join(ticketId, callId, { microphone: true, camera: false })}>
            {t('ended.rejoin')}
          </Button>
        ) : ticketId && outcome !== 'left' ? (
          <Button size="lg" onClick={() => void call.start(ticketId, { microphone: true, camera: false })}>
            {t('ended.again')}
          </Button>
        ) : null}
        <Button size="lg" variant="primary" onClick={() => call.dismiss()}>
          {t('ended.close')}
        </Button>
      </div>
    </div>
  );
}

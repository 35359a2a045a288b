import type { CallController } from '@alongside/client';
import { PhoneOff, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useStore } from '../app/ClientProvider.tsx';
import { Button } from '../base/Button.tsx';
import { IconButton } from '../base/IconButton.tsx';
import { clockFace } from '../ticket/time-words.ts';
import styles from './CallBanner.module.css';
import { useCallText } from './call-text.ts';
import { isKeyboardFree } from './keyboard.ts';
import { QualityBars } from './QualityBars.tsx';
import { qualityWord } from './quality-words.ts';

/** One's call is over, in one line above the conversation that holds the rest. Shown while `phase` is ended. */
export function CallOverBar({ call }: { call: CallController }) {
  const t = useCallText();
  const { phase, outcome, quality, call: record, ticketId, callId } = useStore(call);
  const bar = useRef<HTMLDivElement>(null);
  const isOver = phase === 'ended';
  // The controls one had the focus on are gone; a keyboard goes on from here, and who is writing goes on writing.
  useEffect(() => {
    if (isOver && isKeyboardFree()) bar.current?.focus({ preventScroll: true });
  }, [isOver]);
  if (!isOver) return null;
  const lastedMs =
    record?.answeredAt && record.endedAt
      ? Date.parse(record.endedAt) - Date.parse(record.answeredAt)
      : record?.answeredAt && quality
        ? quality.measuredMs
        : null;
  const goesOn = outcome === 'left' && record?.state === 'live';
  return (
    <div ref={bar} className={styles.banner} data-over="" role="status" tabIndex={-1}>
      <span className={styles.icon}>
        <PhoneOff size={18} aria-hidden />
      </span>
      <span className={styles.words}>
        <strong>{t(`ended.${outcome ?? 'ended'}`)}</strong>
        {lastedMs === null ? null : <span className={styles.figure}>{clockFace(lastedMs)}</span>}
        {quality?.score == null ? null : (
          <span className={styles.names}>
            <QualityBars score={quality.score} /> {t(`entry.${qualityWord(quality.score)}`)}
          </span>
        )}
      </span>
      {goesOn && ticketId && callId ? (
        <Button
          size="sm"
          variant="primary"
          onClick={() => void call.join(ticketId, callId, { microphone: true, camera: false })}
        >
          {t('ended.rejoin')}
        </Button>
      ) : null}
      <IconButton
        size="sm"
        label={t('ended.close')}
        icon={<X size={16} aria-hidden />}
        onClick={() => call.dismiss()}
      />
    </div>
  );
}

import { CallTimer, IconButton, useClient, useStore } from '@alongside/ui';
import { Maximize2, Mic, MicOff, PhoneOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './CallBar.module.css';

/** A running call made small: who, how long, mute, leave, and back to it. */
export function CallBar({ title, onRestore }: { title: string; onRestore: () => void }) {
  const { t } = useTranslation('widget');
  const { call } = useClient();
  const snapshot = useStore(call);
  const isOn = snapshot.microphone.state === 'on';
  const others = snapshot.participants
    .filter((participant) => !participant.isMe)
    .map((participant) => participant.name);
  return (
    <section className={styles.bar} aria-label={t('call.live')}>
      <button type="button" className={styles.texts} onClick={onRestore}>
        <span className={styles.who}>{others.length > 0 ? others.join(', ') : t('call.live')}</span>
        <span className={styles.about}>
          {snapshot.liveSince === null ? null : <CallTimer sinceMs={snapshot.liveSince} />}
          <span className={styles.title}>{title}</span>
        </span>
      </button>
      <IconButton
        label={t(isOn ? 'call.mute' : 'call.unmute')}
        icon={isOn ? <Mic size={19} aria-hidden /> : <MicOff size={19} aria-hidden />}
        variant="secondary"
        size="lg"
        tooltip={false}
        onClick={() => void call.setMicrophone(!isOn)}
      />
      <IconButton
        label={t('call.backToCall')}
        icon={<Maximize2 size={18} aria-hidden />}
        variant="secondary"
        size="lg"
        tooltip={false}
        onClick={onRestore}
      />
      <IconButton
        label={t('call.hangUp')}
        icon={<PhoneOff size={19} aria-hidden />}
        variant="danger"
        size="lg"
        tooltip={false}
        onClick={() => void call.leave()}
      />
    </section>
  );
}

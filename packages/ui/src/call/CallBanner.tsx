import type { Call } from '@alongside/contracts';
import { PhoneCall } from 'lucide-react';
import { Button } from '../base/Button.tsx';
import { usePersonName } from '../people/person-name.ts';
import styles from './CallBanner.module.css';
import { CallTimer } from './CallTimer.tsx';
import { useCallText } from './call-text.ts';

export type CallBannerProps = {
  call: Call;
  /** One is in it already, in this page: leads back instead of in. */
  isIn?: boolean;
  /** What it is about, where that is not before one's eyes. */
  title?: string;
  /** Server's clock minus this machine's, ms, for the timer. */
  clockOffsetMs?: number;
  onJoin: () => void;
};

/** A call goes on in this ticket: who is in it, how long, and the way in. */
export function CallBanner({ call, isIn = false, title, clockOffsetMs = 0, onJoin }: CallBannerProps) {
  const t = useCallText();
  const nameOf = usePersonName();
  const names = call.participants.filter((one) => one.leftAt === null).map((one) => nameOf(one.who.name));
  return (
    <div className={styles.banner} role="status">
      <span className={styles.icon}>
        <PhoneCall size={18} aria-hidden />
      </span>
      <span className={styles.words}>
        <strong>
          {call.state === 'ringing'
            ? t('banner.ringing', { name: nameOf(call.startedBy.name) })
            : t(isIn ? 'banner.isIn' : 'banner.live')}
        </strong>
        {title ? <span className={styles.about}>{title}</span> : null}
        {names.length > 0 && !title ? (
          <span className={styles.names}>{t('banner.with', { names: names.join(t('banner.separator')) })}</span>
        ) : null}
      </span>
      {call.answeredAt ? <CallTimer sinceMs={Date.parse(call.answeredAt) - clockOffsetMs} /> : null}
      <Button size="sm" variant="primary" onClick={onJoin}>
        {t(isIn ? 'banner.return' : 'banner.join')}
      </Button>
    </div>
  );
}

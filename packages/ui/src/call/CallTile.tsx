import type { CallParticipantModel } from '@alongside/client';
import { MicOff } from 'lucide-react';
import { type CSSProperties, memo, type ReactNode } from 'react';
import { cx } from '../app/cx.ts';
import { Avatar } from '../people/Avatar.tsx';
import { EngineerName } from '../people/EngineerName.tsx';
import { usePersonName } from '../people/person-name.ts';
import styles from './CallTile.module.css';
import { useCallText } from './call-text.ts';
import { NetworkBars } from './NetworkBars.tsx';
import { VideoView } from './VideoView.tsx';

export type CallTileProps = {
  participant: CallParticipantModel;
  /** `main` fills the stage, `grid` is one of several, `strip` and `self` are small. */
  size: 'main' | 'grid' | 'strip' | 'self';
  style?: CSSProperties;
  children?: ReactNode;
};

/** One person in the call: their picture or their initials, who they are, whether they speak and can be heard. */
export const CallTile = memo(function CallTile({ participant, size, style, children }: CallTileProps) {
  const t = useCallText();
  const nameOf = usePersonName();
  const { name, isMe, microphoneOn, speaking, network, camera } = participant;
  const shownName = isMe ? t('stage.you') : nameOf(name);
  const isWeak = network === 'poor' || network === 'lost';
  const avatarSize = size === 'main' || size === 'grid' ? 96 : size === 'self' ? 56 : 40;
  return (
    <figure
      className={cx(styles.tile, styles[size], speaking && microphoneOn && styles.speaking)}
      style={style}
      data-testid="call-tile"
      data-person={participant.personId}
    >
      {camera ? (
        <VideoView video={camera} fit="cover" />
      ) : (
        <span className={styles.avatar}>
          <Avatar
            id={participant.personId}
            name={name}
            size={avatarSize}
            kind={participant.role === 'customer' ? 'customer' : 'staff'}
          />
        </span>
      )}
      <figcaption className={styles.caption}>
        {microphoneOn ? null : (
          <MicOff size={14} className={styles.muted} role="img" aria-label={t('stage.mutedOf', { name: shownName })} />
        )}
        {participant.role === null || participant.role === 'customer' || isMe ? (
          <span className={styles.name}>{shownName}</span>
        ) : (
          <EngineerName id={participant.personId} name={name} className={styles.name} />
        )}
        {isWeak ? (
          <span className={styles.weak} role="img" aria-label={t('stage.weakOf', { name: shownName })}>
            <NetworkBars grade={network} />
          </span>
        ) : null}
      </figcaption>
      {children}
    </figure>
  );
});

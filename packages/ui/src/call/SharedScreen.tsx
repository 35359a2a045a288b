import type { CallParticipantModel, VideoHandle } from '@alongside/client';
import { type RefObject, useMemo, useState } from 'react';
import { cx } from '../app/cx.ts';
import { CallTile } from './CallTile.tsx';
import { useCallText } from './call-text.ts';
import { ScreenView } from './ScreenView.tsx';
import styles from './SharedScreen.module.css';
import { arrangeShared } from './shared-layout.ts';
import { useSize } from './use-size.ts';

export type SharedScreenProps = {
  video: VideoHandle;
  people: readonly CallParticipantModel[];
  stage: RefObject<HTMLElement | null>;
};

const GAP_PX = 8;
/** Until the first picture tells. */
const USUAL_ASPECT = 16 / 9;

/** A shared screen as large as its shape allows, with the people beside or below it, whichever leaves it more room. */
export function SharedScreen({ video, people, stage }: SharedScreenProps) {
  const t = useCallText();
  const [room, size] = useSize<HTMLDivElement>();
  const [aspect, setAspect] = useState(USUAL_ASPECT);
  const { strip, tileWidth, picture } = arrangeShared(size, aspect, GAP_PX, people.length);
  const style = useMemo(() => ({ width: tileWidth }), [tileWidth]);
  return (
    <div ref={room} className={cx(styles.shared, styles[strip])}>
      {size.width > 0 ? (
        <>
          <ScreenView video={video} stage={stage} picture={picture} onAspect={setAspect} />
          <section
            className={styles.strip}
            aria-label={t('stage.participants', { count: people.length })}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls with many people, or in a small window
            tabIndex={0}
          >
            {people.map((participant) => (
              <CallTile key={participant.key} participant={participant} size="strip" style={style} />
            ))}
          </section>
        </>
      ) : null}
    </div>
  );
}

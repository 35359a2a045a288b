import type { RecordingTrack, RecordingView } from '@alongside/contracts';
import { Pause, Play } from 'lucide-react';
import { useState } from 'react';
import { cx } from '../app/cx.ts';
import { IconButton } from '../base/IconButton.tsx';
import { SegmentedControl } from '../base/SegmentedControl.tsx';
import { Spinner } from '../base/Spinner.tsx';
import { Avatar } from '../people/Avatar.tsx';
import { usePersonName } from '../people/person-name.ts';
import { clockFace } from '../ticket/time-words.ts';
import { isOn, usePlayback } from './playback.ts';
import styles from './RecordingPlayer.module.css';
import { useRecordingText } from './recording-text.ts';

const RATES = [1, 1.5, 2] as const;

/** Plays a recording track by track, in step: who is on at that moment is shown. */
export function RecordingPlayer({ recording, base }: { recording: RecordingView; base: string }) {
  const t = useRecordingText();
  const nameOf = usePersonName();
  const { tracks, durationMs } = recording;
  const playback = usePlayback(tracks, durationMs);
  const [isUnplayable, setIsUnplayable] = useState(false);
  const { atMs, playing } = playback;
  const shown = tracks.filter((track) => track.kind === 'video' && isOn(track, atMs));
  const hasScreen = shown.some(({ source }) => source === 'screen_share');
  const people = [...new Set(tracks.map(({ who }) => who))];
  return (
    <div className={styles.player}>
      <div className={cx(styles.pictures, hasScreen && styles.withScreen)} data-count={shown.length}>
        {tracks.map((track, index) =>
          track.kind === 'video' ? (
            <Picture
              key={track.url.split('?')[0]}
              track={track}
              src={base + track.url}
              isShown={shown.includes(track)}
              onElement={(element) => playback.attach(index, element)}
              onError={() => setIsUnplayable(true)}
            />
          ) : (
            // biome-ignore lint/a11y/useMediaCaption: a recorded call has no captions
            <audio
              key={track.url.split('?')[0]}
              ref={(element) => playback.attach(index, element)}
              src={base + track.url}
              preload="auto"
              onError={() => setIsUnplayable(true)}
            />
          ),
        )}
        {shown.length === 0 ? (
          <div className={styles.people}>
            {people.map((name) => (
              <Avatar key={name} id={name} name={nameOf(name)} size={56} kind="customer" />
            ))}
            <p>{t('player.noPicture')}</p>
          </div>
        ) : null}
        {playback.waiting && playing ? (
          <span className={styles.waiting}>
            <Spinner size={32} />
          </span>
        ) : null}
      </div>
      <div className={styles.bar}>
        <IconButton
          label={t(playing ? 'player.pause' : 'player.play')}
          icon={playing ? <Pause size={18} aria-hidden /> : <Play size={18} aria-hidden />}
          onClick={playback.toggle}
        />
        <input
          type="range"
          className={styles.seek}
          aria-label={t('player.seek')}
          aria-valuetext={t('player.of', { at: clockFace(atMs), whole: clockFace(durationMs) })}
          min={0}
          max={durationMs}
          step={100}
          value={atMs}
          onChange={(event) => playback.seek(Number(event.target.value))}
        />
        <span className={styles.time}>
          {clockFace(atMs)} / {clockFace(durationMs)}
        </span>
        <SegmentedControl
          label={t('player.speed')}
          value={String(playback.rate)}
          options={RATES.map((rate) => ({ value: String(rate), label: `${rate}×` }))}
          onChange={(rate) => playback.setRate(Number(rate))}
        />
      </div>
      {isUnplayable ? <p className={styles.problem}>{t('player.unplayable')}</p> : null}
    </div>
  );
}

type PictureProps = {
  track: RecordingTrack;
  src: string;
  isShown: boolean;
  onElement: (element: HTMLVideoElement | null) => void;
  onError: () => void;
};

function Picture({ track, src, isShown, onElement, onError }: PictureProps) {
  const t = useRecordingText();
  const name = usePersonName()(track.who);
  const isScreen = track.source === 'screen_share';
  return (
    <figure className={cx(styles.picture, isScreen && styles.screen)} hidden={!isShown}>
      <video
        ref={onElement}
        src={src}
        preload="auto"
        playsInline
        muted
        data-turned={track.rotation % 180 === 90 || undefined}
        style={track.rotation === 0 ? undefined : { rotate: `${track.rotation}deg` }}
        aria-label={t(isScreen ? 'player.screenOf' : 'player.pictureOf', { name })}
        onError={onError}
      />
      <figcaption>{isScreen ? t('player.screenOf', { name }) : name}</figcaption>
    </figure>
  );
}

import { useEffect, useRef } from 'react';
import { cx } from '../app/cx.ts';
import styles from './CheckPictures.module.css';

/** As many bars as fit beside a row's words. */
const BARS = 24;

/**
 * Numbers over time as small bars.
 * @param label for whom does not see them; null where words beside say the same
 */
export function Bars({
  values,
  label,
  tone,
}: {
  values: readonly number[];
  label: string | null;
  tone?: 'up' | 'down';
}) {
  const most = Math.max(...values, Number.EPSILON);
  return (
    <span
      className={cx(styles.bars, tone && styles[tone])}
      {...(label === null ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {resampled(values, Math.min(BARS, Math.max(10, values.length))).map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bars never change places
        <span key={index} className={styles.bar} style={{ height: `${Math.max(6, (value / most) * 100)}%` }} />
      ))}
    </span>
  );
}

/** The largest of each stretch; padded with nothing where there are fewer. */
function resampled(values: readonly number[], count: number): number[] {
  if (values.length <= count) return [...values, ...new Array<number>(count - values.length).fill(0)];
  return Array.from({ length: count }, (_, index) => {
    const stretch = values.slice(
      Math.floor((index * values.length) / count),
      Math.floor(((index + 1) * values.length) / count),
    );
    return Math.max(0, ...stretch);
  });
}

/** What the camera shows now, mirrored as one knows oneself. */
export function CameraView({ stream }: { stream: MediaStream }) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    video.srcObject = stream;
    return () => {
      video.srcObject = null;
    };
  }, [stream]);
  return <video ref={element} className={styles.camera} autoPlay playsInline muted aria-hidden />;
}

import type { VideoHandle } from '@alongside/client';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { cx } from '../app/cx.ts';
import styles from './VideoView.module.css';

export type VideoViewProps = {
  video: VideoHandle;
  /** `contain` shows all of it (screens), `cover` fills the frame (faces). */
  fit: 'contain' | 'cover';
  className?: string;
  /** The picture's shape, width by height, when it is known and whenever it changes. */
  onAspect?: (aspect: number) => void;
  ref?: Ref<HTMLVideoElement>;
};

/** A moving picture without sound; the sound of a call is played apart from it. */
export function VideoView({ video, fit, className, onAspect, ref }: VideoViewProps) {
  const element = useRef<HTMLVideoElement>(null);
  useImperativeHandle(ref, () => element.current!, []);
  useEffect(() => {
    if (!element.current) return;
    return video.attach(element.current);
  }, [video]);
  useEffect(() => {
    const picture = element.current;
    if (!picture || !onAspect) return;
    // Someone may share another window, or make theirs larger, without sharing anew.
    const tell = () => {
      if (picture.videoWidth > 0 && picture.videoHeight > 0) onAspect(picture.videoWidth / picture.videoHeight);
    };
    tell();
    picture.addEventListener('resize', tell);
    return () => picture.removeEventListener('resize', tell);
  }, [onAspect]);
  return (
    <video
      ref={element}
      className={cx(styles.video, styles[fit], video.mirrored && styles.mirrored, className)}
      autoPlay
      playsInline
      muted
      aria-hidden
    />
  );
}

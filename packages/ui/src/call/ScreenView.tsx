import type { VideoHandle } from '@alongside/client';
import { Maximize, Minimize, PictureInPicture2, Scan, ZoomIn, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { cx } from '../app/cx.ts';
import { IconButton } from '../base/IconButton.tsx';
import { useCallText } from './call-text.ts';
import styles from './ScreenView.module.css';
import { canUsePictureInPicture, togglePictureInPicture, useFullScreen } from './screen-modes.ts';
import { useSize } from './use-size.ts';
import { VideoView } from './VideoView.tsx';
import { FIT, panBy, type Size, type ZoomView, zoomAt } from './zoom-view.ts';

export type ScreenViewProps = {
  video: VideoHandle;
  /** What goes full screen: the whole stage, so that the controls stay at hand. */
  stage: RefObject<HTMLElement | null>;
  /** How large all of it is in the room there is, px. */
  picture: Size;
  onAspect: (aspect: number) => void;
};

/** A shared screen as the main thing: all of it at first, nearer on demand, so that small print can be read. */
export function ScreenView({ video, stage, picture: whole, onAspect }: ScreenViewProps) {
  const t = useCallText();
  const [frame, size] = useSize<HTMLDivElement>();
  const picture = useRef<HTMLVideoElement>(null);
  const [view, setView] = useState<ZoomView>(FIT);
  const [dragging, setDragging] = useState(false);
  const fullScreen = useFullScreen(stage);
  const pointers = useRef(new Map<number, { x: number; y: number }>());

  // Wheel events must be heard actively to keep the page from zooming along; React listens passively.
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const bounds = element.getBoundingClientRect();
      const room = { width: bounds.width, height: bounds.height };
      const point = {
        x: event.clientX - bounds.left - bounds.width / 2,
        y: event.clientY - bounds.top - bounds.height / 2,
      };
      setView((current) =>
        event.ctrlKey || event.metaKey
          ? zoomAt(current, Math.exp(-event.deltaY / 240), point, room)
          : panBy(current, -event.deltaX, -event.deltaY, room),
      );
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [frame]);

  const zoom = (factor: number) => setView((current) => zoomAt(current, factor, { x: 0, y: 0 }, size));

  function onPointerDown(event: PointerEvent<HTMLDivElement>): void {
    event.currentTarget.setPointerCapture(event.pointerId);
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    setDragging(true);
  }

  function onPointerMove(event: PointerEvent<HTMLDivElement>): void {
    const before = pointers.current.get(event.pointerId);
    if (!before) return;
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (!other) {
      setView((current) => panBy(current, event.clientX - before.x, event.clientY - before.y, size));
      return;
    }
    const apart = Math.hypot(before.x - other.x, before.y - other.y) || 1;
    const now = Math.hypot(event.clientX - other.x, event.clientY - other.y);
    const bounds = event.currentTarget.getBoundingClientRect();
    const middle = {
      x: (event.clientX + other.x) / 2 - bounds.left - bounds.width / 2,
      y: (event.clientY + other.y) / 2 - bounds.top - bounds.height / 2,
    };
    setView((current) => zoomAt(current, now / apart, middle, size));
  }

  function onPointerUp(event: PointerEvent<HTMLDivElement>): void {
    pointers.current.delete(event.pointerId);
    setDragging(pointers.current.size > 0);
  }

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>): void {
    const step = 60;
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [step, 0],
      ArrowRight: [-step, 0],
      ArrowUp: [0, step],
      ArrowDown: [0, -step],
    };
    const move = moves[event.key];
    if (move) setView((current) => panBy(current, move[0], move[1], size));
    else if (event.key === '+' || event.key === '=') zoom(1.25);
    else if (event.key === '-') zoom(0.8);
    else if (event.key === '0') setView(FIT);
    else return;
    event.preventDefault();
  }

  const percent = Math.round(view.scale * 100);
  return (
    // All of it at once: the frame is the picture, with nothing black around it. Nearer: all the room there is.
    <div className={styles.room}>
      <div className={styles.screen} style={view.scale > 1 ? undefined : { width: whole.width, height: whole.height }}>
        <div
          ref={frame}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved and zoomed by keys, as a map is
          tabIndex={0}
          role="application"
          aria-label={t('screenView.label')}
          className={cx(styles.frame, view.scale > 1 && (dragging ? styles.dragging : styles.movable))}
          onPointerDown={onPointerDown}
          onPointerMove={onPointerMove}
          onPointerUp={onPointerUp}
          onPointerCancel={onPointerUp}
          onDoubleClick={(event) => {
            const bounds = event.currentTarget.getBoundingClientRect();
            const point = {
              x: event.clientX - bounds.left - bounds.width / 2,
              y: event.clientY - bounds.top - bounds.height / 2,
            };
            setView((current) => (current.scale > 1 ? FIT : zoomAt(current, 2, point, size)));
          }}
          onKeyDown={onKeyDown}
        >
          <div
            className={cx(styles.picture, !dragging && styles.smooth)}
            style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }}
          >
            <VideoView ref={picture} video={video} fit="contain" onAspect={onAspect} />
          </div>
        </div>
        <div className={styles.tools}>
          <IconButton
            size="sm"
            label={t('screenView.zoomOut')}
            icon={<ZoomOut size={16} aria-hidden />}
            disabled={view.scale <= 1}
            onClick={() => zoom(0.8)}
          />
          <button
            type="button"
            className={styles.percent}
            aria-label={t('screenView.actual', { percent })}
            onClick={() => setView(FIT)}
          >
            {t('network.percent', { value: percent })}
          </button>
          <IconButton
            size="sm"
            label={t('screenView.zoomIn')}
            icon={<ZoomIn size={16} aria-hidden />}
            onClick={() => zoom(1.25)}
          />
          <IconButton
            size="sm"
            label={t('screenView.fit')}
            icon={<Scan size={16} aria-hidden />}
            disabled={view.scale <= 1}
            onClick={() => setView(FIT)}
          />
          {canUsePictureInPicture() ? (
            <IconButton
              size="sm"
              label={t('stage.pip')}
              icon={<PictureInPicture2 size={16} aria-hidden />}
              onClick={() => void togglePictureInPicture(picture.current)}
            />
          ) : null}
          {fullScreen.available ? (
            <IconButton
              size="sm"
              label={t(fullScreen.on ? 'stage.exitFullScreen' : 'stage.fullScreen')}
              shortcut="F"
              icon={fullScreen.on ? <Minimize size={16} aria-hidden /> : <Maximize size={16} aria-hidden />}
              onClick={fullScreen.toggle}
            />
          ) : null}
        </div>
      </div>
    </div>
  );
}

import { Button, Dialog } from '@alongside/ui';
import { ZoomIn, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './CropDialog.module.css';
import { moved, wholeCrop, ZOOM_MAX, zoomed, zoomOf } from './crop.ts';

/** Photos are kept at this side, px: twice the largest place they are shown in. */
const PHOTO_SIDE = 512;
const JPEG_QUALITY = 0.9;
/** An arrow key moves by this share of what is seen. */
const STEP = 0.04;

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

/** Cuts a picture to the square that will be shown: dragged or moved by arrow keys, nearer by the slider. */
export function CropDialog({
  picture,
  onClose,
  onDone,
}: {
  picture: ImageBitmap;
  onClose: () => void;
  onDone: (content: Blob) => void;
}) {
  const { t } = useTranslation('routing');
  const canvas = useRef<HTMLCanvasElement>(null);
  const held = useRef<{ x: number; y: number } | null>(null);
  const [crop, setCrop] = useState(() => wholeCrop(picture));

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    // What is see-through in a PNG would come out black in a JPEG.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, PHOTO_SIDE, PHOTO_SIDE);
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, crop.x, crop.y, crop.side, crop.side, 0, 0, PHOTO_SIDE, PHOTO_SIDE);
  }, [picture, crop]);

  function drag(event: PointerEvent<HTMLElement>): void {
    const from = held.current;
    if (!from) return;
    const { width } = event.currentTarget.getBoundingClientRect();
    held.current = { x: event.clientX, y: event.clientY };
    setCrop((now) => moved(picture, now, (from.x - event.clientX) / width, (from.y - event.clientY) / width));
  }

  function letGo(): void {
    held.current = null;
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = ARROWS[event.key];
    if (!step) return;
    event.preventDefault();
    setCrop((now) => moved(picture, now, ...step));
  }

  return (
    <Dialog
      open
      onClose={onClose}
      size="sm"
      title={t('profile.crop.title')}
      description={t('profile.crop.lead')}
      actions={
        <>
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button
            variant="primary"
            onClick={() => canvas.current?.toBlob((blob) => blob && onDone(blob), 'image/jpeg', JPEG_QUALITY)}
          >
            {t('profile.crop.use')}
          </Button>
        </>
      }
    >
      <div className={styles.body}>
        <div
          className={styles.area}
          role="application"
          aria-label={t('profile.crop.area')}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the picture in it
          tabIndex={0}
          onKeyDown={onKeyDown}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            held.current = { x: event.clientX, y: event.clientY };
          }}
          onPointerMove={drag}
          onPointerUp={letGo}
          onPointerCancel={letGo}
        >
          <canvas ref={canvas} className={styles.canvas} width={PHOTO_SIDE} height={PHOTO_SIDE} />
        </div>
        <label className={styles.zoom}>
          <ZoomOut size={16} aria-hidden />
          <input
            type="range"
            aria-label={t('profile.crop.zoom')}
            min={1}
            max={ZOOM_MAX}
            step={0.05}
            value={zoomOf(picture, crop)}
            onChange={(event) => {
              const zoom = Number(event.target.value);
              setCrop((now) => zoomed(picture, now, zoom));
            }}
          />
          <ZoomIn size={16} aria-hidden />
        </label>
      </div>
    </Dialog>
  );
}

import { cx, IconButton } from '@alongside/ui';
import { Plus } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './DayTrack.module.css';
import {
  type Block,
  DAY_MINUTES,
  moved,
  readBlock,
  resized,
  STEP_MINUTES,
  snapped,
  spanned,
  writeBlock,
} from './week-blocks.ts';

type Drag =
  | { kind: 'draw'; from: number; to: number }
  | { kind: 'move' | 'open' | 'close'; index: number; from: number; block: Block; hasMoved: boolean };

/** A press that moves less is a click, px. */
const CLICK_MAX_PX = 4;

/** One day's windows on a line of twenty-four hours. */
export function DayTrack({
  dayName,
  windows,
  tail,
  selected,
  hintId,
  readOnly,
  onSelect,
  onChange,
  onAdd,
}: {
  dayName: string;
  windows: readonly string[];
  /** Minutes after midnight until which the night before goes on. */
  tail: number;
  selected: number | null;
  /** Of the text that tells the keys. */
  hintId: string;
  readOnly: boolean;
  onSelect: (index: number | null) => void;
  onChange: (windows: readonly string[]) => void;
  onAdd: () => void;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'week' });
  const track = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const startX = useRef(0);
  const blocks = windows.map(readBlock);

  const minuteAt = (event: PointerEvent) => {
    const box = track.current!.getBoundingClientRect();
    return ((event.clientX - box.left) / box.width) * DAY_MINUTES;
  };
  const put = (index: number, block: Block) =>
    onChange(windows.map((window, at) => (at === index ? writeBlock(block) : window)));

  function begin(event: PointerEvent, next: Drag): void {
    if (readOnly || event.button !== 0) return;
    event.stopPropagation();
    track.current!.setPointerCapture(event.pointerId);
    startX.current = event.clientX;
    setDrag(next);
  }

  function follow(event: PointerEvent): void {
    if (!drag) return;
    const at = minuteAt(event);
    if (drag.kind === 'draw') {
      setDrag({ ...drag, to: at });
      return;
    }
    if (!drag.hasMoved && Math.abs(event.clientX - startX.current) < CLICK_MAX_PX) return;
    const by = snapped(at - drag.from);
    if (drag.kind === 'move') put(drag.index, moved(drag.block, by));
    else put(drag.index, resized(drag.block, drag.kind, snapped(drag.block[drag.kind] + by)));
    setDrag({ ...drag, hasMoved: true });
  }

  function end(event: PointerEvent): void {
    if (drag?.kind === 'draw' && Math.abs(event.clientX - startX.current) >= CLICK_MAX_PX) {
      onChange([...windows, writeBlock(spanned(drag.from, minuteAt(event)))]);
      onSelect(windows.length);
    } else if (drag && drag.kind !== 'draw') onSelect(drag.index);
    else onSelect(null);
    setDrag(null);
  }

  function press(event: KeyboardEvent, index: number): void {
    const block = blocks[index];
    if (readOnly || !block) return;
    if (event.key === 'Delete' || event.key === 'Backspace') {
      onChange(windows.filter((_, at) => at !== index));
      onSelect(null);
    } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const by = event.key === 'ArrowLeft' ? -STEP_MINUTES : STEP_MINUTES;
      if (event.shiftKey) put(index, resized(block, 'close', block.close + by));
      else if (event.altKey) put(index, resized(block, 'open', block.open + by));
      else put(index, moved(block, by));
    } else return;
    event.preventDefault();
  }

  const drawn = drag?.kind === 'draw' ? spanned(drag.from, drag.to) : null;
  return (
    <div className={styles.row}>
      {/* Drawing is the mouse’s way; the button beside it is the keyboard’s. */}
      <div
        ref={track}
        data-track
        className={cx(styles.track, drag && styles.dragging, readOnly && styles.readOnly)}
        onPointerDown={(event) => {
          const at = minuteAt(event);
          begin(event, { kind: 'draw', from: at, to: at });
        }}
        onPointerMove={follow}
        onPointerUp={end}
        onPointerCancel={() => setDrag(null)}
      >
        {tail > 0 ? <span className={styles.tail} style={placeOf({ open: 0, close: tail })} /> : null}
        {blocks.map((block, index) =>
          block ? (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: a window is its place in the day; dragging must not lose it
              key={index}
              className={cx(
                styles.block,
                index === selected && styles.selected,
                block.close > DAY_MINUTES && styles.overnight,
                overlaps(blocks, index) && styles.overlapping,
              )}
              style={placeOf(block)}
            >
              <button
                type="button"
                className={styles.body}
                aria-label={t('window', { day: dayName, window: windows[index]!.replace('-', '–') })}
                aria-describedby={hintId}
                aria-expanded={readOnly ? undefined : index === selected}
                onPointerDown={(event) =>
                  begin(event, { kind: 'move', index, from: minuteAt(event), block, hasMoved: false })
                }
                onClick={(event) => {
                  // The pointer's own way selects at its end; this is Enter, Space and screen readers.
                  if (event.detail === 0 && !readOnly) onSelect(index === selected ? null : index);
                }}
                onKeyDown={(event) => press(event, index)}
              >
                <span className={styles.times}>{windows[index]!.replace('-', '–')}</span>
              </button>
              {readOnly
                ? null
                : (['open', 'close'] as const).map((edge) => (
                    <span
                      key={edge}
                      className={cx(styles.edge, styles[edge])}
                      onPointerDown={(event) =>
                        begin(event, { kind: edge, index, from: minuteAt(event), block, hasMoved: false })
                      }
                    />
                  ))}
            </span>
          ) : null,
        )}
        {drawn ? <span className={cx(styles.block, styles.drawn)} style={placeOf(drawn)} /> : null}
      </div>
      {readOnly ? null : (
        <IconButton
          size="sm"
          label={t('add', { day: dayName })}
          icon={<Plus size={15} aria-hidden />}
          onClick={onAdd}
        />
      )}
    </div>
  );
}

function placeOf({ open, close }: Block): { left: string; width: string } {
  const end = Math.min(close, DAY_MINUTES);
  return { left: `${(open / DAY_MINUTES) * 100}%`, width: `${((end - open) / DAY_MINUTES) * 100}%` };
}

function overlaps(blocks: readonly (Block | null)[], index: number): boolean {
  const one = blocks[index]!;
  return blocks.some((other, at) => other !== null && at !== index && other.open < one.close && one.open < other.close);
}

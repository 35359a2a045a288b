import type { OnCallShift, RotationOverride } from '@alongside/contracts';
import { Avatar, cx, hueOf, initials, Popover, useLocale, useNow, usePersonName } from '@alongside/ui';
import {
  type CSSProperties,
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { instantAt, placeOf, type Span } from './picture.ts';
import styles from './RotationPicture.module.css';
import { stretchWords } from './shift-words.ts';

/** Narrower than this nobody hits it: such a shift is changed through the buttons above the picture. */
const PRESSABLE_PX = 24;

export type PictureShift = Pick<OnCallShift, 'from' | 'to' | 'personId'> & { layerId?: string | null };

export type RotationPictureProps = {
  span: Span;
  timeZone: string;
  layers: readonly { id: string; name: string; shifts: readonly PictureShift[] }[];
  /** Null where there can be none: a draft. */
  overrides: readonly RotationOverride[] | null;
  /** Who is on call in the end. */
  final: readonly PictureShift[];
  nameOf: (personId: string) => string;
  /** What one may do with a shift of the final schedule, or with an override. */
  actions?: (shift: PictureShift & { override?: RotationOverride }) => ReactNode;
  /** A stretch was drawn with the pointer on the overrides' row. Absent where one may not. */
  onDraw?: (stretch: { from: string; to: string }) => void;
};

/** Layers, overrides and who is on call in the end, on one axis of time. */
export function RotationPicture({
  span,
  timeZone,
  layers,
  overrides,
  final,
  nameOf,
  actions,
  onDraw,
}: RotationPictureProps) {
  const { t } = useTranslation('oncall');
  const nowMs = useNow();
  const { ref: track, widthPx } = useWidth();
  const isNowShown = span.fromMs <= nowMs && nowMs < span.toMs;
  const nowAt = (100 * (nowMs - span.fromMs)) / (span.toMs - span.fromMs);
  const row = (shifts: readonly PictureShift[]) =>
    shifts.map((shift) => (
      <Bar key={`${shift.from} ${shift.personId}`} shift={shift} span={span} timeZone={timeZone} nameOf={nameOf} />
    ));
  return (
    <div className={styles.picture} style={{ '--days': span.days.length } as CSSProperties}>
      <Axis span={span} timeZone={timeZone} track={track} />
      {/* Later layers beat earlier ones: the strongest stands next to what comes out. */}
      {layers.map((layer) => (
        <Row key={layer.id} name={layer.name} span={span}>
          {row(layer.shifts)}
        </Row>
      ))}
      {overrides ? (
        <Row name={t('picture.overrides')} span={span} onDraw={onDraw} hint={onDraw ? t('picture.draw') : undefined}>
          {overrides.map((override) => (
            <Bar
              key={override.id}
              shift={{ from: override.from, to: override.to, personId: override.person.id }}
              span={span}
              timeZone={timeZone}
              nameOf={nameOf}
              tone="override"
              widthPx={widthPx}
              note={override.note}
              actions={actions?.({
                from: override.from,
                to: override.to,
                personId: override.person.id,
                override,
              })}
            />
          ))}
        </Row>
      ) : null}
      <Row name={t('picture.final')} span={span} strong>
        {final.map((shift) => (
          <Bar
            key={`${shift.from} ${shift.personId}`}
            shift={shift}
            span={span}
            timeZone={timeZone}
            nameOf={nameOf}
            tone="final"
            widthPx={widthPx}
            actions={shift.personId === null ? undefined : actions?.(shift)}
          />
        ))}
      </Row>
      {isNowShown ? <div className={styles.now} style={{ '--at': nowAt } as CSSProperties} aria-hidden /> : null}
    </div>
  );
}

/** How wide an element is, kept up to date. */
function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [widthPx, setWidthPx] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidthPx(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, widthPx };
}

function Axis({ span, timeZone, track }: { span: Span; timeZone: string; track: RefObject<HTMLDivElement | null> }) {
  const { locale } = useLocale();
  const nowMs = useNow();
  const weekday = new Intl.DateTimeFormat(locale, { weekday: span.days.length > 14 ? 'narrow' : 'short', timeZone });
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', timeZone });
  const month = new Intl.DateTimeFormat(locale, { month: 'short', timeZone });
  return (
    <div className={styles.axis} aria-hidden>
      <div ref={track} className={styles.axisTrack}>
        {span.days.map(({ date, startMs }, index) => {
          const endMs = span.days[index + 1]?.startMs ?? span.toMs;
          const place = placeOf({ from: new Date(startMs).toISOString(), to: new Date(endMs).toISOString() }, span)!;
          // The middle of the day: its beginning belongs to the day before in some zones' printing of it.
          const middleMs = (startMs + endMs) / 2;
          const isWeekend = [0, 6].includes(new Date(`${date}T00:00Z`).getUTCDay());
          return (
            <span
              key={date}
              className={cx(styles.day, isWeekend && styles.weekend)}
              data-today={(startMs <= nowMs && nowMs < endMs) || undefined}
              style={{ '--left': place.left, '--width': place.width } as CSSProperties}
            >
              <span className={styles.weekday}>{weekday.format(middleMs)}</span>
              <span className={styles.dayNumber}>
                {day.format(middleMs)}
                {(index === 0 || date.endsWith('-01')) && span.days.length <= 14 ? ` ${month.format(middleMs)}` : ''}
              </span>
            </span>
          );
        })}
      </div>
    </div>
  );
}

function Row({
  name,
  span,
  strong = false,
  hint,
  onDraw,
  children,
}: {
  name: string;
  span: Span;
  strong?: boolean;
  hint?: string;
  onDraw?: (stretch: { from: string; to: string }) => void;
  children: ReactNode;
}) {
  const track = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<{ startMs: number; endMs: number } | null>(null);

  function at(event: PointerEvent): number {
    const box = track.current!.getBoundingClientRect();
    return instantAt((event.clientX - box.left) / box.width, span);
  }
  const handlers = onDraw && {
    onPointerDown(event: PointerEvent<HTMLDivElement>) {
      // What lies on the track is pressed, not drawn over.
      if (event.target !== event.currentTarget || event.button !== 0 || event.pointerType === 'touch') return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const ms = at(event);
      setDrawn({ startMs: ms, endMs: ms });
    },
    onPointerMove(event: PointerEvent<HTMLDivElement>) {
      if (drawn) setDrawn({ ...drawn, endMs: at(event) });
    },
    onPointerUp(event: PointerEvent<HTMLDivElement>) {
      // Where it is let go: the last move may not have been drawn yet.
      const endMs = at(event);
      if (drawn && drawn.startMs !== endMs) {
        const [from, to] = [Math.min(drawn.startMs, endMs), Math.max(drawn.startMs, endMs)];
        onDraw({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
      }
      setDrawn(null);
    },
    onPointerCancel: () => setDrawn(null),
  };
  const place =
    drawn &&
    placeOf(
      {
        from: new Date(Math.min(drawn.startMs, drawn.endMs)).toISOString(),
        to: new Date(Math.max(drawn.startMs, drawn.endMs)).toISOString(),
      },
      span,
    );
  return (
    <section className={cx(styles.row, strong && styles.strong)} aria-label={name}>
      <span className={styles.rowName} aria-hidden>
        {name}
      </span>
      <div ref={track} className={cx(styles.track, onDraw && styles.drawable)} title={hint} {...handlers}>
        {span.days.slice(1).map(({ date, startMs }) => (
          <i
            key={date}
            className={styles.midnight}
            style={{ '--left': (100 * (startMs - span.fromMs)) / (span.toMs - span.fromMs) } as CSSProperties}
          />
        ))}
        {children}
        {place ? (
          <span className={styles.drawn} style={{ '--left': place.left, '--width': place.width } as CSSProperties} />
        ) : null}
      </div>
    </section>
  );
}

function Bar({
  shift,
  span,
  timeZone,
  nameOf,
  tone = 'layer',
  widthPx = 0,
  note = '',
  actions,
}: {
  shift: PictureShift;
  span: Span;
  timeZone: string;
  nameOf: (personId: string) => string;
  tone?: 'layer' | 'override' | 'final';
  /** Of the picture, for what can be pressed. */
  widthPx?: number;
  note?: string;
  actions?: ReactNode;
}) {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const shownName = usePersonName();
  const nowMs = useNow();
  const place = placeOf(shift, span);
  if (!place) return null;
  const style = { '--left': place.left, '--width': place.width } as CSSProperties;
  const when = stretchWords(shift, locale, timeZone);
  if (shift.personId === null) {
    if (tone !== 'final') return null;
    return (
      <span
        className={cx(styles.bar, styles.nobody)}
        data-past={Date.parse(shift.to) <= nowMs || undefined}
        style={style}
        title={`${t('picture.nobody')}\n${when}`}
      >
        <span className={styles.barName}>{t('picture.nobody')}</span>
        <span className={styles.barSign} data-sign="–" aria-hidden />
      </span>
    );
  }
  const name = shownName(nameOf(shift.personId));
  const className = cx(
    styles.bar,
    styles[tone],
    place.startsBefore && styles.startsBefore,
    place.endsAfter && styles.endsAfter,
  );
  const colour = { ...style, '--hue': hueOf(shift.personId) } as CSSProperties;
  // A bar too narrow for a name has room for its initials.
  const label = (
    <>
      <span className={styles.barName}>{name}</span>
      <span className={styles.barSign} data-sign={initials(name)} aria-hidden />
    </>
  );
  if (!actions || (place.width / 100) * widthPx < PRESSABLE_PX)
    return (
      <span className={className} style={colour} title={`${name}\n${when}`}>
        {label}
      </span>
    );
  return (
    <Popover
      label={t('picture.shiftOf', { name })}
      trigger={
        <button type="button" className={className} style={colour} aria-label={`${name}, ${when}`} title={when}>
          {label}
        </button>
      }
    >
      <div className={styles.details}>
        <div className={styles.who}>
          <Avatar id={shift.personId} name={nameOf(shift.personId)} kind="staff" size={32} />
          <span>
            <strong>{name}</strong>
            <br />
            {when}
          </span>
        </div>
        {note ? <q className={styles.note}>{note}</q> : null}
        <div className={styles.deeds}>{actions}</div>
      </div>
    </Popover>
  );
}

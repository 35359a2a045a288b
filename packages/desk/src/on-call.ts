import type { OnCallPerson, RotationContent, RotationLayer } from '@alongside/contracts';
import { type Override, type Rotation, type Shift, shifts } from '@alongside/sla';

/** A rotation's whole story: what it said since when, and who stood in for whom. */
export type RotationStory = {
  /** Those that came or will come into force. In any order. */
  versions: readonly { validFrom: string; version: number; content: RotationContent }[];
  /** Of two that overlap the later in the list wins. */
  overrides: readonly Override[];
};

/**
 * Who is on call from one instant to another: before an edit as it was, after it as it is. Without holes; a stretch with
 * nobody is a shift of nobody, as is the time before the first version.
 * @param from ISO instant
 * @param to ISO instant; an empty list when it is not after `from`
 */
export function scheduleOf(story: RotationStory, from: string, to: string): Shift[] {
  return joined(
    periodsOf(story, from, to).map((period) => {
      if (period.content === null) return [{ from: period.from, to: period.to, personId: null, layerId: null }];
      return shifts(rotationOf(period.content, story.overrides), period.from, period.to);
    }),
  );
}

/** The same for one layer alone, as if it were all there is; what the picture of a rotation is made of. */
export function layerScheduleOf(story: RotationStory, layerId: string, from: string, to: string): Shift[] {
  return joined(
    periodsOf(story, from, to).map((period) => {
      const layer = period.content?.layers.find(({ id }) => id === layerId);
      if (!layer || !period.content) return [{ from: period.from, to: period.to, personId: null, layerId: null }];
      return shifts(rotationOf({ ...period.content, layers: [layer] }, []), period.from, period.to);
    }),
  );
}

/** A rotation as packages/sla takes it. */
export function rotationOf(content: Pick<RotationContent, 'tz' | 'layers'>, overrides: readonly Override[]): Rotation {
  return { tz: content.tz, layers: content.layers.map(withoutName), overrides: [...overrides] };
}

/** Nobody plans further ahead, and nobody waits to be told. */
const LOOK_AHEAD_MS = 62 * 86_400_000;

/** Who is on call at an instant, and who is the next that is somebody else; null where nobody is, or not within two months. */
export function onCallAround(
  story: RotationStory,
  at: string,
): {
  now: { personId: string; from: string; to: string } | null;
  next: { personId: string; from: string; to: string } | null;
} {
  const atMs = Date.parse(at);
  // From a little earlier, to know since when.
  const all = scheduleOf(
    story,
    new Date(atMs - LOOK_AHEAD_MS).toISOString(),
    new Date(atMs + LOOK_AHEAD_MS).toISOString(),
  );
  const turns = byPerson(all);
  const index = turns.findIndex((turn) => Date.parse(turn.from) <= atMs && atMs < Date.parse(turn.to));
  const now = turns[index] ?? null;
  const next = turns.slice(index + 1).find((turn) => turn.personId !== null && turn.personId !== now?.personId) ?? null;
  return { now: someone(now), next: someone(next) };
}

/** Joins neighbouring stretches of one person, whatever layer they come from. */
export function byPerson(list: readonly Shift[]): { personId: string | null; from: string; to: string }[] {
  const turns: { personId: string | null; from: string; to: string }[] = [];
  for (const { personId, from, to } of list) {
    const last = turns.at(-1);
    if (last && last.personId === personId && last.to === from) last.to = to;
    else turns.push({ personId, from, to });
  }
  return turns;
}

/** With the names of the people. @param nameOf of somebody's id */
export function named(
  turn: { personId: string; from: string; to: string } | null,
  nameOf: (id: string) => string,
): OnCallPerson | null {
  return turn && { person: { id: turn.personId, name: nameOf(turn.personId) }, from: turn.from, to: turn.to };
}

type Turn = { personId: string | null; from: string; to: string };

function someone(turn: Turn | null): { personId: string; from: string; to: string } | null {
  return turn === null || turn.personId === null ? null : { ...turn, personId: turn.personId };
}

/** What was in force when, within a stretch. */
function periodsOf(
  { versions }: RotationStory,
  from: string,
  to: string,
): { from: string; to: string; content: RotationContent | null }[] {
  const inOrder = [...versions].sort(
    (a, b) => Date.parse(a.validFrom) - Date.parse(b.validFrom) || a.version - b.version,
  );
  const fromMs = Date.parse(from);
  const toMs = Date.parse(to);
  const periods: { from: string; to: string; content: RotationContent | null }[] = [];
  let startMs = fromMs;
  for (const [index, version] of [null, ...inOrder].entries()) {
    const next = inOrder[index];
    const endMs = Math.min(toMs, next ? Date.parse(next.validFrom) : Number.POSITIVE_INFINITY);
    if (endMs <= startMs) continue;
    periods.push({
      from: new Date(startMs).toISOString(),
      to: new Date(endMs).toISOString(),
      content: version?.content ?? null,
    });
    startMs = endMs;
  }
  return periods;
}

/** Puts the periods of several versions together: a shift that goes on through an edit is one. */
function joined(parts: readonly (readonly Shift[])[]): Shift[] {
  const all: Shift[] = [];
  for (const part of parts) {
    const [first, ...rest] = part;
    const last = all.at(-1);
    if (!first) continue;
    if (last && last.personId === first.personId && last.layerId === first.layerId) last.to = first.to;
    else all.push({ ...first });
    all.push(...rest.map((shift) => ({ ...shift })));
  }
  return all;
}

function withoutName({ name: _, ...layer }: RotationLayer): Rotation['layers'][number] {
  return layer;
}

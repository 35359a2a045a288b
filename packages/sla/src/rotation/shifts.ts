import { readInstant, SlaInputError, writeInstant } from '../input.ts';
import type { Span } from '../spans.ts';
import { rotationIssues } from './issues.ts';
import type { OnCall, Rotation, Shift } from './rotation.ts';
import { type Stretch, type Turns, turnsOf } from './turns.ts';

/** Longer than this, a list of shifts is refused. */
const RANGE_MAX_MS = 11 * 366 * 86_400_000;

type Source = { layerId: string | null; stretches(fromMs: number, toMs: number): Stretch[] };
type Compiled = { layers: Turns[]; overrides: Span[] /** Who beats whom: the first wins. */; sources: Source[] };
type Piece = Span & { person: string | null; source: number; turn: number };

/**
 * Who is on call at an instant (R24 to R28).
 * @param rotation remembered by its identity: make a new object instead of changing one
 * @param at ISO instant
 * @returns null when nobody is
 * @throws SlaInputError on an instant that is none and on what rotationIssues finds
 */
export function onCallAt(rotation: Rotation, at: string): OnCall | null {
  const compiled = compileRotation(rotation);
  const atMs = readInstant(at, 'at');
  const now = piecesOf(compiled, atMs, atMs + 1)[0]!;
  if (now.person === null) return null;
  const { layerId } = compiled.sources[now.source]!;
  // No shift reaches past the turn or the override it belongs to.
  const whole = layerId === null ? compiled.overrides[now.turn]! : turnOf(compiled, layerId, atMs);
  const piece = piecesOf(compiled, whole.fromMs, whole.toMs).find(({ toMs }) => toMs > atMs)!;
  return { personId: now.person, layerId, shift: { from: writeInstant(piece.fromMs), to: writeInstant(piece.toMs) } };
}

/**
 * The shifts of a stretch of time, in order, without gap or overlap (R28); the first and the last are cut to it.
 * @param rotation remembered by its identity: make a new object instead of changing one
 * @param from ISO instant
 * @param to ISO instant, at most eleven years later
 * @returns empty when `to` is `from`
 * @throws SlaInputError on instants that are none or the wrong way round, and on what rotationIssues finds
 */
export function shifts(rotation: Rotation, from: string, to: string): Shift[] {
  const compiled = compileRotation(rotation);
  const fromMs = readInstant(from, 'from');
  const toMs = readInstant(to, 'to');
  if (toMs < fromMs) throw new SlaInputError([{ field: 'to', problem: 'lies before from' }]);
  if (toMs - fromMs > RANGE_MAX_MS)
    throw new SlaInputError([{ field: 'to', problem: 'is more than eleven years after from' }]);
  return piecesOf(compiled, fromMs, toMs).map((piece) => ({
    from: writeInstant(piece.fromMs),
    to: writeInstant(piece.toMs),
    personId: piece.person,
    layerId: piece.person === null ? null : compiled.sources[piece.source]!.layerId,
  }));
}

const compiledRotations = new WeakMap<Rotation, Compiled>();

function compileRotation(rotation: Rotation): Compiled {
  const known = compiledRotations.get(rotation);
  if (known) return known;
  const issues = rotationIssues(rotation);
  if (issues.length > 0) throw new SlaInputError(issues);
  const layers = rotation.layers.map((layer) => turnsOf(layer, rotation.tz));
  const overrides = rotation.overrides.map(({ from, to, person }) => ({
    fromMs: readInstant(from, 'from'),
    toMs: readInstant(to, 'to'),
    person,
  }));
  const overridden = overrides.map(
    ({ fromMs, toMs, person }, turn): Source => ({
      layerId: null,
      stretches: (rangeFromMs, rangeToMs) => {
        const cut = { fromMs: Math.max(fromMs, rangeFromMs), toMs: Math.min(toMs, rangeToMs) };
        return cut.fromMs < cut.toMs ? [{ ...cut, person, turn }] : [];
      },
    }),
  );
  const compiled = { layers, overrides, sources: [...overridden.toReversed(), ...layers.toReversed()] };
  compiledRotations.set(rotation, compiled);
  return compiled;
}

// Every source fills what those before it left open.
function piecesOf({ sources }: Compiled, fromMs: number, toMs: number): Piece[] {
  let pieces: Piece[] = fromMs < toMs ? [{ fromMs, toMs, person: null, source: -1, turn: 0 }] : [];
  sources.forEach((source, index) => {
    const stretches = source.stretches(fromMs, toMs);
    if (stretches.length > 0) pieces = filled(pieces, stretches, index);
  });
  return joined(pieces);
}

function filled(pieces: readonly Piece[], stretches: readonly Stretch[], source: number): Piece[] {
  const result: Piece[] = [];
  let next = 0;
  for (const piece of pieces) {
    if (piece.person !== null) {
      result.push(piece);
      continue;
    }
    let at = piece.fromMs;
    while (next < stretches.length && stretches[next]!.toMs <= at) next += 1;
    for (let index = next; index < stretches.length && stretches[index]!.fromMs < piece.toMs; index += 1) {
      const { fromMs, toMs, person, turn } = stretches[index]!;
      if (fromMs > at) result.push({ ...piece, fromMs: at, toMs: fromMs });
      const untilMs = Math.min(toMs, piece.toMs);
      result.push({ fromMs: Math.max(fromMs, at), toMs: untilMs, person, source, turn });
      at = untilMs;
    }
    if (at < piece.toMs) result.push({ ...piece, fromMs: at });
  }
  return result;
}

// Windows that meet at midnight are one shift, and so are gaps that meet.
function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (last && last.source === piece.source && last.turn === piece.turn) last.toMs = piece.toMs;
    else result.push({ ...piece });
  }
  return result;
}

function turnOf({ layers }: Compiled, layerId: string, atMs: number): Span {
  return layers.find((layer) => layer.layerId === layerId)!.turnAt(atMs);
}

import { setTimeout as pause } from 'node:timers/promises';
import { developmentToken } from '../token.ts';
import { ENGINE } from './engine-view.ts';
import type { FaultClass, FaultyCall, Person } from './fault.ts';
import { evaluateUntouched, type Lab, openCallPage, type Pair } from './lab.ts';
import { watchMachine } from './machine.ts';
import type { JoinOptions } from './pages/call-page.ts';
import { favour } from './priorities.ts';
import { randomOf } from './random.ts';
import type { RecordedCall } from './recorded-call.ts';

/** How long the parts of a call are. */
export type Timing = {
  /** About so long nothing is wrong yet. */
  settleMs: number;
  /** So long a fault is watched, */
  watchMs: number;
  /** or, where it cannot be seen sooner, at most so long. */
  longestMs: number;
  cleanMs: number;
};

const CAMERA = { width: 480, height: 270 };
const FLOW_WITHIN_MS = 15_000;
const NEVER_FLOWS_MS = 8_000;

/** A call with a fault in it, of a pair of people. @param name of the room, and the seed */
export async function faultyCall(
  lab: Lab,
  pair: Pair,
  fault: FaultClass,
  name: string,
  timing: Timing,
  isMild = false,
): Promise<RecordedCall> {
  const random = randomOf(name);
  const faultyId = random.pick(['a', 'b'] as const);
  return inCall(lab, pair, name, { fault, faultyId }, async ({ people, begunMs, undo }) => {
    const faulty = people.find(({ id }) => id === faultyId)!;
    const sound = people.find(({ id }) => id !== faultyId)!;
    let onsetMs = begunMs;
    const inject = isMild ? fault.mild : fault.inject;
    if (inject) {
      await pause(timing.settleMs * random.between(0.6, 1.2));
      onsetMs = Date.now();
      const call: FaultyCall = { lab, faulty, sound, random, afterwards: (work) => undo.push(work) };
      await inject(call);
    }
    await pause(Math.max(timing.watchMs, Math.min(timing.longestMs, fault.watchMs ?? 0)));
    return onsetMs;
  });
}

/** A call in which nothing is wrong, though things happen in it that happen in calls. */
export async function cleanCall(lab: Lab, pair: Pair, name: string, timing: Timing): Promise<RecordedCall> {
  const random = randomOf(name);
  return inCall(lab, pair, name, null, async ({ people, undo }) => {
    // Ways that are all right: some delay, hardly any loss, packets not quite even.
    for (const { seat } of people) {
      undo.push(() => lab.network.impair(seat.host, 'both', {}));
      await lab.network.impair(seat.host, 'both', {
        delayMs: random.between(2, 45),
        jitterMs: random.between(0, 4),
        lossPercent: random.between(0, 0.4),
      });
    }
    const { page } = random.pick(people);
    const what = random.pick(['microphone', 'camera'] as const);
    const restMs = timing.cleanMs / 4;
    await pause(restMs);
    await page.evaluate((kind) => window.call.mute(kind, true), what);
    await pause(restMs);
    await page.evaluate((kind) => window.call.mute(kind, false), what);
    await pause(restMs * 2);
    return null;
  });
}

type Bad = { fault: FaultClass; faultyId: 'a' | 'b' };

/** A call that goes on. */
type Going = {
  people: readonly Person[];
  /** When the one with the fault began to enter, or the first one. */
  begunMs: number;
  undo: (() => unknown)[];
};

/** @param work returns when the fault was there, ms since 1970; null: there was none */
async function inCall(
  lab: Lab,
  pair: Pair,
  name: string,
  bad: Bad | null,
  work: (call: Going) => Promise<number | null>,
): Promise<RecordedCall> {
  const undo: (() => unknown)[] = [];
  const batches: RecordedCall['batches'] = [];
  const machine = watchMachine();
  const beganMs = Date.now();
  const mayNotFlow = bad?.fault.mayNotFlow ?? false;
  undo.push(
    lab.engine.follow(name, (rows) => batches.push({ atMs: Date.now(), participantId: ENGINE, batch: { rows } })),
  );
  let begunMs = Number.NaN;
  const enter = async (id: 'a' | 'b'): Promise<Person> => {
    const random = randomOf(`${name} ${id}`);
    const seat = pair.seats[id === 'a' ? 0 : 1];
    const fault = bad?.faultyId === id ? bad.fault : null;
    const ownBrowser = fault?.browserArgs !== undefined;
    const browser = ownBrowser ? await lab.browser(seat.host, fault.browserArgs!(lab)) : seat.browser;
    if (ownBrowser) undo.push(() => browser.close());
    const page = await openCallPage(lab, browser, {
      tell: (batch) => batches.push({ atMs: Date.now(), participantId: id, batch }),
      before: fault?.pageScript,
    });
    undo.push(() => page.context().close());
    const person: Person = { id, seat, browser, page };
    const options: JoinOptions = {
      urls: [lab.url],
      token: await developmentToken(lab.keys, name, id),
      voice: Array.from({ length: 64 }, () => random.between(0, 1)),
      camera: CAMERA,
    };
    await fault?.enter?.(options, { lab, faulty: person, random, afterwards: (after) => undo.push(after) });
    if (!fault?.untouched) await page.mouse.click(5, 5);
    if (fault || Number.isNaN(begunMs)) begunMs = Date.now();
    const joined = evaluateUntouched(page, `call.join(${JSON.stringify(options)})`);
    // What may never come about is not waited for.
    if (fault?.mayNotFlow) joined.catch(() => {});
    else await joined;
    return person;
  };
  try {
    const people = await Promise.all([enter('a'), enter('b')]);
    const withinMs = mayNotFlow ? NEVER_FLOWS_MS : FLOW_WITHIN_MS;
    const flowing = await Promise.all(
      people.map(({ page }) => evaluateUntouched<boolean>(page, `call.flowing(${withinMs})`)),
    );
    if (!mayNotFlow && flowing.includes(false)) throw new Error(`${name}: no sound and picture`);
    await Promise.all(people.map((person) => favour(person.browser)));
    const onsetMs = await work({ people, begunMs, undo });
    const endedMs = Date.now();
    // A page that is stopped does not answer.
    await Promise.all(
      people.map(({ page }) => Promise.race([page.evaluate(() => window.watched.stop()), pause(3_000)])),
    );
    const about = { name, fault: bad?.fault.id ?? null, faultyId: bad?.faultyId ?? null };
    const { starvedRatio, ...stolen } = machine();
    return { ...about, onsetMs, beganMs, endedMs, batches, starvedRatio: starvedRatio ?? 0, ...stolen };
  } finally {
    machine();
    // Last in, first out: links are mended before pages are closed.
    for (const work of undo.toReversed()) await Promise.resolve(work()).catch(() => {});
  }
}

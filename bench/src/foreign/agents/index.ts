import { join } from 'node:path';
import { until } from '@alongside/testkit';
import { developmentToken } from '../../token.ts';
import { type ForeignPart, type ForeignRun, KEYS, type Program } from '../run.ts';
import { adminToken, twirp } from './service.ts';

const TONE_HZ = 440;
/** A job's process is started and has WebRTC to load. */
const JOB_TIMEOUT_MS = 60_000;

/** Unmodified `@livekit/agents`: a worker registers, gets jobs, and its agent speaks in the room. */
export const agentsPart: ForeignPart = {
  about: 'a worker of @livekit/agents 1.9 registers, is called, is heard, ends with its room, outlives a restart',
  async run(run) {
    await run.install(
      { '@livekit/agents': '1.9.0', '@livekit/rtc-node': '0.13.34' },
      ['worker.mjs', 'caller.mjs'].map((file) => join(import.meta.dirname, file)),
    );
    const engine = await run.startEngineProgram();
    const { url } = engine;
    const named = startWorker(run, url, 'hummer');
    await named.step('registers', () => named.ids().at(-1));
    await isCalled(named, run, url, 'by-name', async (room) => {
      const body = { room, agent_name: 'hummer' };
      await twirp(url, 'livekit.AgentDispatchService', 'CreateDispatch', await adminToken(room), body);
    });
    await named.program.stop();

    const unnamed = startWorker(run, url, '');
    await unnamed.step('registers', () => unnamed.ids().at(-1));
    await isCalled(unnamed, run, url, 'by-room', async () => {});
    const [before] = unnamed.ids();
    await engine.program.stop();
    await run.startEngineProgram('--port', new URL(url).port, '--tcp-port', '0');
    await unnamed.step('registers again after a restart of the server', () =>
      unnamed.ids().find((id) => id !== before),
    );
    await isCalled(unnamed, run, url, 'after-restart', async () => {});
    await unnamed.program.stop();
  },
};

interface RunningWorker {
  program: Program;
  /** Under which names it was registered, in order. */
  ids(): string[];
  /** Reports whether something came about in time. */
  step(name: string, check: () => string | undefined): Promise<boolean>;
}

/** @param agentName empty: called by every room */
function startWorker(run: ForeignRun, url: string, agentName: string): RunningWorker {
  const program = run.start(process.execPath, ['worker.mjs', 'start'], {
    LIVEKIT_URL: url,
    LIVEKIT_API_KEY: KEYS.key,
    LIVEKIT_API_SECRET: KEYS.secret,
    AGENT_NAME: agentName,
  });
  const what = agentName === '' ? 'a worker without a name' : 'a worker called by name';
  return {
    program,
    ids: () => [...new Set(program.printed().match(/AW_\w+/g))],
    async step(name, check) {
      const seen = await until(name, check, JOB_TIMEOUT_MS).catch(() => undefined);
      run.report(
        `${what}: ${name}`,
        seen === undefined ? 'failed' : 'passed',
        seen ?? `\n${program.printed().slice(-2_000)}`,
      );
      return seen !== undefined;
    },
  };
}

/** @param call what brings the agent, once somebody is there */
async function isCalled(
  worker: RunningWorker,
  run: ForeignRun,
  url: string,
  name: string,
  call: (room: string) => Promise<void>,
): Promise<void> {
  const room = `foreign-agents-${name}`;
  const caller = run.start(process.execPath, ['caller.mjs', url, await developmentToken(KEYS, room, 'caller')]);
  await until('the caller joined', () => said(caller, 'joined'), JOB_TIMEOUT_MS);
  const ended = worker.program.printed().length;
  await call(room);
  const isHeard = await worker.step(`joins and its tone is heard (${name})`, () => {
    const heard = said(caller, 'heard');
    return heard && Math.abs(Number(heard.toneHz) - TONE_HZ) <= 10 ? `${heard.toneHz} Hz` : undefined;
  });
  if (isHeard) {
    await twirp(url, 'livekit.RoomService', 'DeleteRoom', await adminToken(room), { room });
    const isOver = (): string | undefined => /shut down: AJ_\w+/.exec(worker.program.printed().slice(ended))?.[0];
    await worker.step(`its job ends with the room (${name})`, isOver);
  }
  await caller.stop();
}

function said(program: Program, event: string): Record<string, unknown> | undefined {
  for (const line of program.printed().split('\n')) {
    if (!line.startsWith('{')) continue;
    const entry = JSON.parse(line) as Record<string, unknown>;
    if (entry.event === event) return entry;
  }
  return undefined;
}

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
  about: 'a worker of @livekit/agents 1.9 registers, is called, joins and is heard, and ends with its room',
  async run(run) {
    await run.install(
      { '@livekit/agents': '1.9.0', '@livekit/rtc-node': '0.13.34' },
      ['worker.mjs', 'caller.mjs'].map((file) => join(import.meta.dirname, file)),
    );
    const url = await run.startEngine();
    await isCalled(run, url, '', async () => {});
    await isCalled(run, url, 'hummer', async (room) => {
      await twirp(url, 'livekit.AgentDispatchService', 'CreateDispatch', await adminToken(room), {
        room,
        agent_name: 'hummer',
      });
    });
  },
};

/** @param agentName empty: called by every room */
async function isCalled(
  run: ForeignRun,
  url: string,
  agentName: string,
  call: (room: string) => Promise<void>,
): Promise<void> {
  const what = agentName === '' ? 'a worker without a name' : 'a worker called by name';
  const worker = run.start(process.execPath, ['worker.mjs', 'start'], {
    LIVEKIT_URL: url,
    LIVEKIT_API_KEY: KEYS.key,
    LIVEKIT_API_SECRET: KEYS.secret,
    AGENT_NAME: agentName,
  });
  const step = async (name: string, check: () => string | undefined): Promise<boolean> => {
    const seen = await until(name, check, JOB_TIMEOUT_MS).catch(() => undefined);
    const why = `\n${worker.printed().slice(-2_000)}`;
    run.report(`${what}: ${name}`, seen === undefined ? 'failed' : 'passed', seen ?? why);
    return seen !== undefined;
  };
  const hasRegistered = (): string | undefined => /AW_\w+/.exec(worker.printed())?.[0];
  if (!(await step('registers', hasRegistered))) return;
  const room = `foreign-agents-${agentName}`;
  const caller = run.start(process.execPath, ['caller.mjs', url, await developmentToken(KEYS, room, 'caller')]);
  await until('the caller joined', () => said(caller, 'joined'), JOB_TIMEOUT_MS);
  await call(room);
  const isHeard = await step('joins and its tone is heard', () => {
    const heard = said(caller, 'heard');
    return heard && Math.abs(Number(heard.toneHz) - TONE_HZ) <= 10 ? `${heard.toneHz} Hz` : undefined;
  });
  if (isHeard) {
    await twirp(url, 'livekit.RoomService', 'DeleteRoom', await adminToken(room), { room });
    await step('its job ends with the room', () => /shut down: AJ_\w+/.exec(worker.printed())?.[0]);
  }
  await caller.stop();
  await worker.stop();
}

function said(program: Program, event: string): Record<string, unknown> | undefined {
  for (const line of program.printed().split('\n')) {
    if (!line.startsWith('{')) continue;
    const entry = JSON.parse(line) as Record<string, unknown>;
    if (entry.event === event) return entry;
  }
  return undefined;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const START_TIMEOUT_MS = 60_000;
const COMMAND_TIMEOUT_MS = 60_000;

/** As Chromium's switches in chromium.ts: fake camera and microphone, nobody is asked, nothing is fetched unasked. */
const PREFERENCES: Readonly<Record<string, string | number | boolean>> = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.autoplay.default': 0,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.peerconnection.ice.loopback': true,
  // It would be fetched from afar, and would delay the first call.
  'media.gmp-manager.url': '',
  'media.gmp-gmpopenh264.enabled': false,
  // Two pages of one call live in one browser; the one behind must not be throttled.
  'dom.min_background_timeout_value': 4,
  'dom.timeout.enable_budget_timer_throttling': false,
  'widget.windows.window_occlusion_tracking.enabled': false,
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'http://127.0.0.1:1',
  'toolkit.telemetry.reportingpolicy.firstRun': false,
};

/** One window of Firefox. */
export interface FirefoxPage {
  goto(url: string): Promise<void>;
  /** The value of an expression, awaited, as far as JSON carries it. @throws what the page threw */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface Firefox {
  newPage(): Promise<FirefoxPage>;
  close(): Promise<void>;
}

/** The Firefox to test with: FIREFOX_PATH, or the first one on the PATH. Null when there is none. */
export function findFirefox(): string | null {
  if (process.env.FIREFOX_PATH) return process.env.FIREFOX_PATH;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of ['firefox-esr', 'firefox']) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not in this folder; the next one may have it.
      }
    }
  }
  return null;
}

/**
 * A headless Firefox with a fake camera and microphone, driven over WebDriver BiDi, which it speaks itself.
 * @param program its path, see findFirefox
 */
export async function launchFirefox(program: string): Promise<Firefox> {
  const profile = await mkdtemp(join(tmpdir(), 'firefox-'));
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  await writeFile(join(profile, 'user.js'), lines.join('\n'));
  const child = spawn(
    program,
    ['--headless', '--no-remote', '--new-instance', '--profile', profile, '--remote-debugging-port', '0'],
    // A home of its own: it must not find, or leave, anything in that of whoever runs the tests.
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' } },
  );
  const end = async (): Promise<void> => {
    const ended =
      child.exitCode !== null || child.signalCode !== null ? null : new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const session = await Session.open(`${await address(child)}/session`);
    return {
      newPage: () => openPage(session),
      async close() {
        session.close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Firefox says on stderr where it listens. */
function address(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const fail = (why: string): void => {
      clearTimeout(timer);
      reject(new Error(`${why}: ${printed}`));
    };
    const timer = setTimeout(() => fail('Firefox did not start'), START_TIMEOUT_MS);
    child.once('exit', () => fail('Firefox ended'));
    child.once('error', (error) => fail(error.message));
    child.stderr!.on('data', (chunk) => {
      printed = (printed + chunk).slice(-4_000);
      const found = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(printed);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[1]!);
    });
  });
}

interface Waiting {
  resolve(result: Record<string, unknown>): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/** Commands and their results over one WebSocket (https://www.w3.org/TR/webdriver-bidi/). */
class Session {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as { id?: number; result?: never; error?: string; message?: string };
      const waiting = this.#waiting.get(message.id ?? -1);
      if (!waiting) return;
      this.#waiting.delete(message.id!);
      clearTimeout(waiting.timer);
      if (message.result) waiting.resolve(message.result);
      else waiting.reject(new Error(`${message.error}: ${message.message}`));
    });
    socket.addEventListener('close', () => {
      for (const { reject, timer } of this.#waiting.values()) {
        clearTimeout(timer);
        reject(new Error('Firefox is gone'));
      }
      this.#waiting.clear();
    });
  }

  static async open(url: string): Promise<Session> {
    const socket = new WebSocket(url);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () => reject(new Error(`cannot reach Firefox at ${url}`)));
    });
    const session = new Session(socket);
    await session.command('session.new', { capabilities: {} });
    return session;
  }

  command(method: string, params: Record<string, unknown>): Promise<Record<string, unknown>> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`Firefox does not answer ${method}`));
      }, COMMAND_TIMEOUT_MS);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  close(): void {
    this.#socket.close();
  }
}

async function openPage(session: Session): Promise<FirefoxPage> {
  // A window each: pages behind another one in the same window count as hidden.
  const { context } = await session.command('browsingContext.create', { type: 'window' });
  return {
    async goto(url) {
      await session.command('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    async evaluate(expression) {
      const reply = (await session.command('script.evaluate', {
        expression: `(async () => JSON.stringify({ value: await (${expression}) }))()`,
        target: { context },
        awaitPromise: true,
      })) as { type: string; result?: { value: string }; exceptionDetails?: { text: string } };
      if (reply.type === 'exception') throw new Error(reply.exceptionDetails?.text ?? 'the page threw');
      return (JSON.parse(reply.result!.value) as { value?: unknown }).value;
    },
    async close() {
      await session.command('browsingContext.close', { context });
    },
  };
}

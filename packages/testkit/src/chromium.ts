import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/**
 * The Chromium to test with: CHROMIUM_PATH, or the first one on the PATH.
 * @throws Error in words when there is none
 */
export function findChromium(): string {
  const named = process.env.CHROMIUM_PATH;
  if (named) return named;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not in this folder; the next one may have it.
      }
    }
  }
  throw new Error('No Chromium was found. Install one (Debian: apt-get install chromium) or set CHROMIUM_PATH.');
}

/** As long as `until` waits. */
const PATIENCE_MS = 60_000;

/** Encoding and decoding pictures is most of what browser tests take of a processor; to see that they move ten will do. */
const CAMERA_FPS = 10;

/**
 * A headless Chromium with a fake camera (moving picture), microphone (beeps) and screen, that asks nobody.
 * @param options.cameraFps pictures a second of the camera; measurements want the 20 that are Chromium's own
 * @param options.executablePath another program to start, e.g. one that enters a network namespace first
 * @param options.args more switches
 */
export async function launchChromium(
  options: { cameraFps?: number; executablePath?: string; args?: string[] } = {},
): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: options.executablePath ?? findChromium(),
    args: [
      '--no-sandbox',
      `--use-fake-device-for-media-stream=fps=${options.cameraFps ?? CAMERA_FPS}`,
      '--use-fake-ui-for-media-stream',
      '--auto-select-desktop-capture-source=Entire screen',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--no-first-run',
      // Two pages of one call live in one browser; the one in the background must not be throttled.
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
      ...(options.args ?? []),
    ],
  });
  browser.on('context', (context) => context.setDefaultTimeout(PATIENCE_MS));
  return browser;
}

// Loaded before every test file: what waits for others waits as long as `until` does, and not one second, which a busy
// machine exceeds now and then.
import { vi } from 'vitest';

const PATIENCE_MS = 60_000;

// Files may share a context: it is made patient once.
const PLAIN = Symbol.for('alongside.plainWaits');
const plain: Pick<typeof vi, 'waitUntil' | 'waitFor'> = (Reflect.get(vi, PLAIN) as typeof vi) ?? {
  waitUntil: vi.waitUntil,
  waitFor: vi.waitFor,
};
type Wait = (look: () => unknown, options?: number | object) => Promise<unknown>;
const patient =
  (wait: Wait): Wait =>
  (look, options = {}) =>
    wait(look, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options });
Object.assign(vi, {
  [PLAIN]: plain,
  waitUntil: patient(plain.waitUntil as Wait),
  waitFor: patient(plain.waitFor as Wait),
});

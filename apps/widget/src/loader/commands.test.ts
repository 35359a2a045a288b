import { describe, expect, it, vi } from 'vitest';
import { type AlongsideFunction, type Commands, createAlongside } from './commands.ts';

function recorder() {
  const calls: unknown[][] = [];
  const commands = Object.fromEntries(
    ['open', 'close', 'identify', 'context', 'configure', 'on', 'watch', 'shutdown'].map((name) => [
      name,
      (...values: unknown[]) => {
        calls.push([name, ...values]);
        return `did ${name}`;
      },
    ]),
  ) as unknown as Commands;
  return { calls, commands };
}

describe('createAlongside', () => {
  it('makes up for calls made before the script was there, in their order', () => {
    const { calls, commands } = recorder();
    const early: AlongsideFunction = () => undefined;
    // As the snippet collects them: `arguments` objects.
    early.q = [{ 0: 'context', 1: { show: 'Autumn' }, length: 2 }, ['open']];
    const alongside = createAlongside(commands, early);
    alongside('close');
    expect(calls).toEqual([['context', { show: 'Autumn' }], ['open'], ['close']]);
  });

  it('takes a plain array as the queue too, and nothing where there was none', () => {
    const { calls, commands } = recorder();
    createAlongside(commands, [['open']]);
    createAlongside(commands, undefined);
    createAlongside(commands, { q: 'open' });
    expect(calls).toEqual([['open']]);
  });

  it('hands back what a command returns', () => {
    const { commands } = recorder();
    expect(createAlongside(commands, null)('on', 'unread', () => undefined)).toBe('did on');
  });

  it.each([['explode'], ['constructor'], ['__proto__'], [undefined], [42]])(
    'answers the unknown command %s with a word on the console and no error',
    (name) => {
      const warn = vi.spyOn(console, 'warn').mockReturnValue();
      const { calls, commands } = recorder();
      expect(createAlongside(commands, null)(name)).toBeUndefined();
      expect(calls).toEqual([]);
      expect(warn).toHaveBeenCalledOnce();
      warn.mockRestore();
    },
  );

  it('never lets a failing command break the host page, nor the early calls after it', () => {
    const error = vi.spyOn(console, 'error').mockReturnValue();
    const { calls, commands } = recorder();
    const broken: Commands = {
      ...commands,
      identify: () => {
        throw new Error('no');
      },
    };
    createAlongside(broken, [['identify', 'x'], ['open']]);
    expect(calls).toEqual([['open']]);
    expect(error).toHaveBeenCalledOnce();
    error.mockRestore();
  });
});

import { describe, expect, test } from 'vitest';
import { createPasswords } from './passwords.ts';

describe('passwords', () => {
  test('are kept as argon2id and recognised', async () => {
    const passwords = createPasswords();
    const stored = await passwords.hash('correct horse');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.verify(stored, 'correct horse')).toBe(true);
    expect(await passwords.verify(stored, 'Correct horse')).toBe(false);
    expect(await passwords.hash('correct horse')).not.toBe(stored);
  });

  test('an account that does not exist costs as much as a wrong password, and never opens', async () => {
    const passwords = createPasswords();
    const stored = await passwords.hash('correct horse');
    await passwords.verify(null, 'warm up');
    const took = { known: [] as number[], unknown: [] as number[] };
    // In turns, so that other work on the machine falls on both.
    for (let round = 0; round < 5; round += 1)
      for (const who of ['known', 'unknown'] as const) {
        const from = performance.now();
        await passwords.verify(who === 'known' ? stored : null, 'wrong');
        took[who].push(performance.now() - from);
      }
    const median = (times: number[]) => times.sort((a, b) => a - b)[2]!;
    // Without the decoy the ratio is in the hundreds.
    expect(median(took.known) / median(took.unknown)).toBeLessThan(10);
    expect(await passwords.verify(null, 'nobody has this password')).toBe(false);
  });

  test('a flood waits in line, and beyond it is refused', async () => {
    const passwords = createPasswords(1, 3);
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => passwords.hash('x')));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(4);
    expect(results.filter((result) => result.status === 'rejected')).toHaveLength(6);
    expect(await passwords.hash('afterwards')).toMatch(/^\$argon2id/);
  });
});

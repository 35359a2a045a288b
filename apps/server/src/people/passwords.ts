import { AppError } from '@alongside/contracts';
import { hash, verify } from '@node-rs/argon2';

/** OWASP's argon2id parameters: 19 MiB, two passes, one lane. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export type Passwords = {
  /** @returns the argon2id hash in PHC string format */
  hash(password: string): Promise<string>;
  /** @param stored null when there is no such account: the check then fails after the same work */
  verify(stored: string | null, password: string): Promise<boolean>;
};

/**
 * Hashes and checks passwords, a few at a time: each takes 19 MiB and a processor for some 30 ms, and a flood of
 * sign-ins must not take both from everybody else.
 * @param concurrent hashes at once
 * @param waitingMax more than this in the queue are refused with `unavailable`
 */
export function createPasswords(concurrent = 2, waitingMax = 64): Passwords {
  let running = 0;
  const waiting: (() => void)[] = [];
  let decoy: Promise<string> | null = null;

  async function limited<T>(work: () => Promise<T>): Promise<T> {
    if (running >= concurrent) {
      if (waiting.length >= waitingMax) throw new AppError('unavailable');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      // The place goes straight to the next in line, so that nobody overtakes.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }

  return {
    hash: (password) => limited(() => hash(password, ARGON2ID)),
    async verify(stored, password) {
      decoy ??= hash('nobody has this password', ARGON2ID);
      const known = stored ?? (await decoy);
      const matches = await limited(() => verify(known, password));
      return matches && stored !== null;
    },
  };
}

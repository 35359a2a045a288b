import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Who PostgreSQL runs as. It refuses to run as root; started by root it runs as nobody, the one account every system has.
 * `null` = as ourselves.
 */
export type Account = { uid: number; gid: number } | null;

const NOBODY = { uid: 65_534, gid: 65_534 };

export function postgresAccount(): Account {
  return process.getuid?.() === 0 ? NOBODY : null;
}

/** Whether the account can read and enter a path, going by owner and mode of it and of every folder above. */
export async function canReach(path: string, account: Account): Promise<boolean> {
  if (account === null)
    return access(path, constants.R_OK).then(
      () => true,
      () => false,
    );
  for (let at = path; ; at = dirname(at)) {
    const { uid, gid, mode } = await stat(at);
    const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
    const needed = at === path ? 0o5 : 0o1;
    if (((mode >> shift) & needed) !== needed) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * The command that runs a program as the account.
 * @param outOfReach the account cannot reach its folders (a project under /root): it gets the one privilege of passing file permissions
 */
export function commandAs(
  account: Account,
  program: string,
  parameters: readonly string[],
  outOfReach: boolean,
): { command: string; parameters: string[]; identity: { uid?: number; gid?: number } } {
  if (account === null) return { command: program, parameters: [...parameters], identity: {} };
  if (!outOfReach) return { command: program, parameters: [...parameters], identity: account };
  const privilege = ['--clear-groups', '--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return {
    command: 'setpriv',
    parameters: [`--reuid=${account.uid}`, `--regid=${account.gid}`, ...privilege, '--', program, ...parameters],
    identity: {},
  };
}

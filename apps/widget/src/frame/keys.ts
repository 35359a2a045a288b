import type { HostState } from '../protocol.ts';

/**
 * Whether the keyboard and the screen reader may be brought into the frame: only after somebody opened it, or who is in
 * it already. Found open again on the next page, it leaves the keys where that page has them.
 * @param isHostInUse whether the keys go to the page around the frame
 */
export function mayTakeKeys(
  { visible, entered }: Pick<HostState, 'visible' | 'entered'>,
  isHostInUse: boolean,
): boolean {
  return visible && (entered || !isHostInUse);
}

import type { CallJoin } from '@alongside/contracts';
import type { Room } from 'livekit-client';
import type { LiveKit } from '../livekit.ts';
import { createDirectLink } from './direct-link.ts';
import { createDirectPath, type DirectPath, type DirectPathOptions } from './direct-path.ts';
import { directRoom } from './direct-room.ts';

export type StartDirectPath = Pick<DirectPathOptions, 'obstacle' | 'onChange'> &
  NonNullable<CallJoin['direct']> & {
    lk: LiveKit;
    room: Room;
    /** Those to the media server. */
    connections(): RTCPeerConnection[];
  };

/** Keeps a direct path between two people alone in a room, see `createDirectPath`. */
export function startDirectPath({ lk, room, connections, stunUrls, obstacle, onChange }: StartDirectPath): DirectPath {
  const view = directRoom(lk, room, connections);
  const makeLink = (onState: () => void) =>
    createDirectLink([...stunUrls.map((urls) => ({ urls })), ...view.iceServers()], onState);
  return createDirectPath({ room: view, makeLink, obstacle, onChange });
}

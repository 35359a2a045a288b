import { standByForCall } from '@alongside/contracts';
import type { Api } from '../api.ts';
import { mediaUrl } from './call-state.ts';
import type { DeviceList } from './devices.ts';
import { loadLiveKit } from './livekit.ts';
import { createRoomSession, type RoomSession } from './room-session.ts';

/** A connection to the media room of a call that rings here. */
export type Standby = {
  readonly callId: string;
  /** What the server knows it by. */
  readonly connection: string;
  readonly session: RoomSession;
  /** Rejects when the room cannot be reached. */
  readonly ready: Promise<void>;
};

/** Keeps at most one standby connection, to the call that has been ringing longest. */
export type StandbyKeeper = {
  /** The calls that ring here now, none while one is in a call; a connection to another one is given up. */
  follow(callIds: readonly string[]): void;
  /** Hands the connection to a call over to whoever answers it, who has to leave it from then on. */
  take(callId: string): Standby | null;
};

/**
 * While it rings the page connects to the media room, so that answering is only a word to the server. No device is opened
 * for it, and until the person answers the media server neither shows it to anyone nor lets it hear, see or send.
 */
export function createStandbyKeeper(api: Api, devices: DeviceList): StandbyKeeper {
  let wanted: string | null = null;
  let standby: Standby | null = null;
  /** Changes whenever what is being opened is not wanted any more. */
  let attempt = 0;

  async function open(callId: string): Promise<void> {
    const mine = attempt;
    const [lk, way] = await Promise.all([loadLiveKit(), api.call(standByForCall, { params: { id: callId } })]);
    if (mine !== attempt) return;
    const session = createRoomSession({ lk, devices });
    const ready = session.connect(mediaUrl(way.url, api.baseUrl || location.origin), way.token);
    // It is a head start and no more: without it answering connects as it always could.
    ready.catch(() => {});
    standby = { callId, connection: way.connection, session, ready };
  }

  return {
    follow(callIds) {
      if (wanted !== null && callIds.includes(wanted)) return;
      void standby?.session.leave();
      standby = null;
      attempt += 1;
      wanted = callIds[0] ?? null;
      if (wanted !== null) open(wanted).catch(() => {});
    },
    take(callId) {
      if (wanted !== callId) return null;
      const taken = standby;
      standby = null;
      wanted = null;
      attempt += 1;
      return taken;
    },
  };
}

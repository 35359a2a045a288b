import { standByForCall } from '@alongside/contracts';
import type { Api } from '../api.ts';
import { mediaUrls } from './call-state.ts';
import type { DeviceList } from './devices.ts';
import { loadLiveKit } from './livekit.ts';
import type { MediaAddresses } from './media-addresses.ts';
import { createPlaceholders, type Placeholders } from './placeholders.ts';
import { createRoomSession, type RoomSession } from './room-session.ts';

/** A connection to the media room of a call that rings here. */
export type Standby = {
  /** What the server knows it by. */
  readonly connection: string;
  readonly session: RoomSession;
  /** Held in its room for the devices of whoever answers. */
  readonly placeholders: Placeholders;
  /** Rejects when the room cannot be reached. */
  readonly ready: Promise<void>;
};

/** Connects to the room of a ringing call; null when it is not wanted any more by the time it could. */
export type OpenStandby = (callId: string, isWanted: () => boolean) => Promise<Standby | null>;

/** Keeps at most one standby connection, to the call that has been ringing longest. */
export type StandbyKeeper = {
  /** The calls that ring here now, none while one is in a call; a connection to another one is given up. */
  follow(callIds: readonly string[]): void;
  /** Hands the connection to a call over to whoever answers it, who has to leave it from then on. */
  take(callId: string): Standby | null;
  close(): void;
};

/**
 * While it rings the page connects to the media room, so that answering is only a word to the server. No device is opened
 * for it, though they are kept at hand, and until the person answers the media server neither shows it to anyone nor lets it hear, see or be heard.
 * Pages nobody looks at wait until somebody does: a whole team with several windows each would connect to every ring.
 */
export function createStandbyKeeper(open: OpenStandby, { keepAtHand }: Pick<DeviceList, 'keepAtHand'>): StandbyKeeper {
  let rings: readonly string[] = [];
  let wanted: string | null = null;
  let standby: Standby | null = null;
  let letDevicesGo = () => {};
  /** Changes whenever what is being opened is not wanted any more. */
  let attempt = 0;

  function drop(): void {
    void standby?.session.leave();
    letDevicesGo();
    letDevicesGo = () => {};
    standby = null;
    wanted = null;
    attempt += 1;
  }

  async function begin(callId: string): Promise<void> {
    wanted = callId;
    const mine = attempt;
    letDevicesGo = keepAtHand();
    const opened = await open(callId, () => mine === attempt);
    if (mine === attempt) standby = opened;
    else void opened?.session.leave();
  }

  function choose(): void {
    if (wanted !== null && rings.includes(wanted)) return;
    drop();
    const [longest] = rings;
    // It is a head start and no more: without it answering connects as it always could.
    if (longest !== undefined && document.visibilityState === 'visible') begin(longest).catch(() => {});
  }

  document.addEventListener('visibilitychange', choose);
  return {
    follow(callIds) {
      rings = callIds;
      choose();
    },
    take(callId) {
      if (wanted !== callId) return null;
      const taken = standby;
      standby = null;
      drop();
      return taken;
    },
    close() {
      document.removeEventListener('visibilitychange', choose);
      rings = [];
      drop();
    },
  };
}

/** Asks our server for a place to stand by in, and connects there. */
export function standbyOpener(api: Api, devices: DeviceList, addresses: MediaAddresses): OpenStandby {
  return async (callId, isWanted) => {
    const [lk, way] = await Promise.all([loadLiveKit(), api.call(standByForCall, { params: { id: callId } })]);
    const urls = mediaUrls(way, api.baseUrl || location.origin);
    const url = await addresses.choose(urls);
    if (!isWanted()) return null;
    const placeholders = createPlaceholders(lk);
    const session = createRoomSession({ lk, devices, hasBackups: urls.length > 1, placeholders });
    const ready = session.connect(url, way.token);
    ready.then(
      () => addresses.succeeded(url),
      (thrown) => {
        // The ring is over, or whoever answered has left: there is nothing wrong with the address.
        if (thrown instanceof lk.ConnectionError && thrown.reason === lk.ConnectionErrorReason.Cancelled) return;
        void addresses.failed(url, session.hadSignal() ? 'media' : 'signal');
      },
    );
    return { connection: way.connection, session, placeholders, ready };
  };
}

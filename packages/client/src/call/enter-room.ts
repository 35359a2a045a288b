import { directObstacle, mediaUrls } from './call-state.ts';
import type { DeviceList } from './devices.ts';
import { loadLiveKit } from './livekit.ts';
import type { LocalMedia } from './local-media.ts';
import type { MediaAddresses } from './media-addresses.ts';
import { createRoomSession, type RoomSession } from './room-session.ts';
import type { Stay, WayIn } from './stay.ts';

export type EnterRoomOptions = {
  devices: DeviceList;
  /** One's own devices, to be sent. */
  media(): Promise<LocalMedia>;
  /** Of our server. */
  origin: string;
  addresses: MediaAddresses;
  /** Something a screen shows has changed. */
  onChange(): void;
};

/**
 * Enters the media room: on the connection that stood by where the server let it in, else on a new one.
 * @throws when the room cannot be reached; the next attempt makes a new connection
 */
export async function enterRoom(stay: Stay, way: WayIn, options: EnterRoomOptions): Promise<RoomSession> {
  const { standby } = stay;
  stay.standby = null;
  if (standby && way.admitted) {
    stay.room = standby.session;
    standby.session.onChange = options.onChange;
    await standby.ready;
    goDirect(stay, way, standby.session);
    return standby.session;
  }
  void standby?.session.leave();
  const urls = mediaUrls(way, options.origin);
  const tried = (address: string, outcome: 'connected' | 'failed', text = '') => {
    const role = address === urls[0] ? 'primary' : 'backup';
    stay.quality.tell({ type: 'server_tried', address, role, outcome, text });
  };
  const chosen = options.addresses.choose(urls).finally(() => {
    for (const { url: address, reason } of options.addresses.failures()) tried(address, 'failed', reason);
  });
  const [lk, url] = await Promise.all([loadLiveKit(), chosen]);
  // The devices may be another call's by now.
  if (stay.done) throw new Error('left before the room was chosen');
  const room = createRoomSession({ lk, devices: options.devices, hasBackups: urls.length > 1 });
  stay.room = room;
  room.onChange = options.onChange;
  room.publish(await options.media());
  try {
    await room.connect(url, way.token);
  } catch (error) {
    // Left meanwhile: there is nothing wrong with the address.
    if (stay.done) throw error;
    const reason = room.hadSignal() ? 'media' : 'signal';
    tried(url, 'failed', reason);
    await options.addresses.failed(url, reason);
    throw error;
  }
  tried(url, 'connected');
  options.addresses.succeeded(url);
  goDirect(stay, way, room);
  // Cut for good, the next attempt begins at another address where there is one.
  void room.ended.then((end) => {
    if (end === 'lost' && !stay.done) void options.addresses.failed(url, 'signal');
  });
  return room;
}

function goDirect(stay: Stay, { direct }: WayIn, room: RoomSession): void {
  if (direct) room.goDirect({ ...direct, obstacle: () => directObstacle(stay.call) });
}

import { mediaUrl } from './call-state.ts';
import type { DeviceList } from './devices.ts';
import { loadLiveKit } from './livekit.ts';
import type { LocalMedia } from './local-media.ts';
import { createRoomSession, type RoomSession } from './room-session.ts';
import type { Stay, WayIn } from './stay.ts';

export type EnterRoomOptions = {
  devices: DeviceList;
  /** One's own devices, to be sent. */
  media(): Promise<LocalMedia>;
  /** Of our server. */
  origin: string;
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
    return standby.session;
  }
  void standby?.session.leave();
  const room = createRoomSession({ lk: await loadLiveKit(), devices: options.devices });
  stay.room = room;
  room.onChange = options.onChange;
  room.publish(await options.media());
  await room.connect(mediaUrl(way.url, options.origin), way.token);
  return room;
}

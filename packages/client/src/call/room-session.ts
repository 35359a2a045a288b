import type { CallJoin } from '@alongside/contracts';
import type { Participant, RemoteTrack } from 'livekit-client';
import type { DeviceList } from './devices.ts';
import type { DirectPath, DirectPathOptions } from './direct/direct-path.ts';
import { keepDiverted } from './diversion.ts';
import type { LiveKit } from './livekit.ts';
import type { LocalMedia } from './local-media.ts';
import { type MeasuredRoom, measureRoom } from './measured-room.ts';
import type { CallParticipantModel, NetworkGrade, VideoHandle } from './model.ts';
import type { Placeholders } from './placeholders.ts';
import { createRetries } from './retries.ts';
import { videoHandle } from './video-handle.ts';

/** Why a room is no more: `over` the call ended · `elsewhere` one entered it in another window · `lost` the network. */
export type RoomEnd = 'over' | 'elsewhere' | 'removed' | 'lost';

/** One stay in one media room; a new one is made after each cut the library could not mend. */
export type RoomSession = {
  /** Something a screen shows has changed. */
  onChange: () => void;
  /** Rejects when the room cannot be entered. */
  connect(url: string, token: string): Promise<void>;
  /** Whether the live connection to the media server stood, whatever became of sound and picture. */
  hadSignal(): boolean;
  /** What is on of these devices is sent here from now on: as soon as one may, again after each cut. */
  publish(media: LocalMedia): void;
  /** Fulfilled when the room is no more; whoever left it themselves knows why. */
  readonly ended: Promise<RoomEnd>;
  state(): 'connecting' | 'connected' | 'reconnecting' | 'over';
  /** The others, in the order they came. */
  others(): CallParticipantModel[];
  mySpeaking(): { speaking: boolean };
  needsGesture(): boolean;
  startAudio(): Promise<void>;
  setSpeaker(deviceId: string): Promise<void>;
  /** From now on two alone send to each other past the media server, whenever there is no obstacle and it works. */
  goDirect(options: GoDirect): void;
  /** Whether one sees and hears the other past the media server now. */
  isDirect(): boolean;
  readonly measured: MeasuredRoom;
  leave(): Promise<void>;
};

export type GoDirect = NonNullable<CallJoin['direct']> & Pick<DirectPathOptions, 'obstacle'>;

export type RoomSessionOptions = {
  lk: LiveKit;
  devices: DeviceList;
  /** There are other addresses to go to: a cut that does not heal soon ends the room. */
  hasBackups?: boolean;
  /** Published as soon as it is connected, where that is allowed; theirs is the end of the room too. */
  placeholders?: Placeholders;
};

/** Longest wait for a live connection where there are other addresses, ms; the library's own is 15 s. */
const SIGNAL_TIMEOUT_WITH_BACKUPS_MS = 5_000;

/** Prepares a room; nothing is sent before `connect`, and nothing of one's own before `publish`. */
export function createRoomSession(options: RoomSessionOptions): RoomSession {
  const { lk, devices, hasBackups = false, placeholders } = options;
  const { speakerId } = devices.getSnapshot();
  const room = new lk.Room({
    adaptiveStream: true,
    dynacast: true,
    // Tracks belong to LocalMedia and go on into the next room.
    stopLocalTrackOnUnpublish: false,
    disconnectOnPageLeave: true,
    publishDefaults: {
      simulcast: true,
      red: true,
      dtx: true,
      screenShareEncoding: lk.ScreenSharePresets.h1080fps15.encoding,
    },
    reconnectPolicy: createRetries(hasBackups),
    ...(speakerId ? { audioOutput: { deviceId: speakerId } } : {}),
  });
  const ended = Promise.withResolvers<RoomEnd>();
  const sounds = new Map<RemoteTrack, HTMLMediaElement>();
  let media: LocalMedia | null = null;
  let scheduled = false;
  let left = false;
  let hadSignal = false;
  let direct: DirectPath | null = null;
  let wantsDirect = false;

  // Many events of one moment make one redraw.
  function changed(): void {
    if (scheduled || left) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      if (!left) session.onChange();
    });
  }

  function publishNow(): void {
    // Whoever stands by may not yet; the change of one's permission tells when.
    if (media && room.localParticipant.permissions?.canPublish) void media.publishTo(room);
  }

  function play(track: RemoteTrack): void {
    const element = track.attach();
    keepDiverted(track, element);
    element.hidden = true;
    document.body.append(element);
    sounds.set(track, element);
  }

  function silence(track: RemoteTrack): void {
    const element = sounds.get(track);
    if (!element) return;
    sounds.delete(track);
    track.detach(element);
    element.remove();
  }

  const { RoomEvent } = lk;
  const silent = [
    RoomEvent.ParticipantConnected,
    RoomEvent.ParticipantDisconnected,
    RoomEvent.ParticipantNameChanged,
    RoomEvent.ParticipantAttributesChanged,
    RoomEvent.TrackMuted,
    RoomEvent.TrackUnmuted,
    RoomEvent.TrackPublished,
    RoomEvent.TrackUnpublished,
    RoomEvent.ActiveSpeakersChanged,
    RoomEvent.ConnectionQualityChanged,
    RoomEvent.ConnectionStateChanged,
    RoomEvent.AudioPlaybackStatusChanged,
    RoomEvent.TrackStreamStateChanged,
  ] as const;
  for (const event of silent) room.on(event, changed);
  room.on(RoomEvent.TrackSubscribed, (track) => {
    // While one stands by nothing is sound yet, and nobody may have touched the page: it would be refused to play.
    if (track.kind === lk.Track.Kind.Audio && room.localParticipant.permissions?.canSubscribe !== false) play(track);
    changed();
  });
  room.on(RoomEvent.TrackUnsubscribed, (track) => {
    silence(track);
    changed();
  });
  // At once, not only when the path to the media server stands as well: the two take equally long.
  room.on(RoomEvent.SignalConnected, () => {
    hadSignal = true;
    publishNow();
  });
  room.on(RoomEvent.ParticipantPermissionsChanged, () => {
    publishNow();
    if (room.localParticipant.permissions?.canSubscribe === false) return;
    for (const { track } of [...room.remoteParticipants.values()].flatMap((one) => one.getTrackPublications())) {
      if (track?.kind === lk.Track.Kind.Audio && !sounds.has(track as RemoteTrack)) play(track as RemoteTrack);
    }
    changed();
  });
  // What was published while the room was being mended may not have arrived.
  room.on(RoomEvent.Reconnected, publishNow);
  room.on(RoomEvent.Disconnected, (reason) => {
    for (const track of [...sounds.keys()]) silence(track);
    placeholders?.close();
    direct?.stop();
    ended.resolve(endOf(lk, reason));
  });

  const measured = measureRoom(lk, room, () => direct);
  const session: RoomSession = {
    onChange: () => {},
    ended: ended.promise,
    measured,
    publish(from) {
      media = from;
      if (room.state === lk.ConnectionState.Connected) publishNow();
    },
    async connect(url, token) {
      await room.connect(url, token, {
        autoSubscribe: true,
        maxRetries: 1,
        ...(hasBackups ? { websocketTimeout: SIGNAL_TIMEOUT_WITH_BACKUPS_MS } : {}),
      });
      if (room.localParticipant.permissions?.canPublish) placeholders?.publishIn(room);
    },
    hadSignal: () => hadSignal,
    state() {
      switch (room.state) {
        case lk.ConnectionState.Connected:
        // Only the signalling is being mended: sound and picture go on.
        case lk.ConnectionState.SignalReconnecting:
          return 'connected';
        case lk.ConnectionState.Reconnecting:
          return 'reconnecting';
        case lk.ConnectionState.Connecting:
          return 'connecting';
        default:
          return 'over';
      }
    },
    // Who stands by may be announced already; they are in the call when they have answered.
    others: () =>
      [...room.remoteParticipants.values()]
        .filter(({ permissions }) => !permissions?.hidden)
        .map((participant) => {
          const level = participant.identity === direct?.partner() ? direct.levels()?.theirs : undefined;
          return { ...modelOf(lk, participant), ...(level === undefined ? {} : spoken(level)) };
        }),
    mySpeaking() {
      // Those whose sound it does not get the media server takes for silent.
      const level = direct?.levels()?.mine;
      if (level !== undefined) return spoken(level);
      return { speaking: room.localParticipant.isSpeaking };
    },
    needsGesture: () => !room.canPlaybackAudio,
    startAudio: () => room.startAudio(),
    async setSpeaker(deviceId) {
      await room.switchActiveDevice('audiooutput', deviceId);
    },
    goDirect({ stunUrls, obstacle }) {
      if (wantsDirect) return;
      wantsDirect = true;
      // Most calls never need it; one that could not be loaded goes on as it is.
      import('./direct/start-direct-path.ts').then(
        ({ startDirectPath }) => {
          if (left || room.state === lk.ConnectionState.Disconnected) return;
          const { connections } = measured;
          direct = startDirectPath({ lk, room, connections, stunUrls, obstacle, onChange: changed });
        },
        () => {},
      );
    },
    isDirect: () => direct?.isDirect() ?? false,
    async leave() {
      left = true;
      direct?.stop();
      // Also where there was nothing to leave yet: whoever waits for the end must not wait forever.
      ended.resolve('lost');
      for (const track of [...sounds.keys()]) silence(track);
      placeholders?.close();
      await room.disconnect(false).catch(() => {});
    },
  };
  return session;
}

/** The media server takes somebody for speaking from about this level on, too: 0 to 1, -35 dBov. */
const SPOKEN_LEVEL = 0.018;

const spoken = (audioLevel: number) => ({ speaking: audioLevel >= SPOKEN_LEVEL });

function endOf(lk: LiveKit, reason: number | undefined): RoomEnd {
  switch (reason) {
    case lk.DisconnectReason.ROOM_DELETED:
    case lk.DisconnectReason.ROOM_CLOSED:
      return 'over';
    case lk.DisconnectReason.DUPLICATE_IDENTITY:
      return 'elsewhere';
    case lk.DisconnectReason.PARTICIPANT_REMOVED:
      return 'removed';
    default:
      return 'lost';
  }
}

function modelOf(lk: LiveKit, participant: Participant): CallParticipantModel {
  const { Source } = lk.Track;
  const microphone = participant.getTrackPublication(Source.Microphone);
  return {
    key: participant.identity,
    personId: personIdOf(participant.identity),
    name: participant.name || '',
    role: roleOf(participant.attributes.role, participant.identity),
    isMe: false,
    speaking: participant.isSpeaking,
    microphoneOn: microphone !== undefined && !microphone.isMuted,
    camera: pictureOf(participant, Source.Camera),
    screen: pictureOf(participant, Source.ScreenShare),
    network: gradeOf(lk, participant),
  };
}

function pictureOf(
  participant: Participant,
  source: Parameters<Participant['getTrackPublication']>[0],
): VideoHandle | null {
  const publication = participant.getTrackPublication(source);
  return publication?.track && !publication.isMuted ? videoHandle(publication.track, false) : null;
}

/** Identities are `staff:<id>` or `customer:<id>`. */
function personIdOf(identity: string): string {
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(identity)?.[0] ?? identity;
}

function roleOf(role: string | undefined, identity: string): CallParticipantModel['role'] {
  if (role === 'customer' || role === 'engineer' || role === 'lead' || role === 'administrator') return role;
  if (identity.startsWith('customer:')) return 'customer';
  return identity.startsWith('staff:') ? 'engineer' : null;
}

function gradeOf(lk: LiveKit, participant: Participant): NetworkGrade {
  switch (participant.connectionQuality) {
    case lk.ConnectionQuality.Excellent:
    case lk.ConnectionQuality.Good:
      return 'good';
    case lk.ConnectionQuality.Poor:
      return 'poor';
    case lk.ConnectionQuality.Lost:
      return 'lost';
    default:
      return 'unknown';
  }
}

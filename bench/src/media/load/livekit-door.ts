import { gzipSync } from 'node:zlib';
import {
  AddTrackRequest,
  ConnectionSettings,
  DisconnectReason,
  JoinRequest,
  LeaveRequest,
  SessionDescription,
  SignalRequest,
  SignalResponse,
  TrackSource,
  TrackType,
  type TrickleRequest,
  WrappedJoinRequest,
  WrappedJoinRequest_Compression,
} from '@livekit/protocol';
import { WebSocket } from 'ws';
import { developmentToken } from '../../token.ts';
import { Connection } from './connection.ts';
import { describe, type Section } from './description.ts';
import type { LoadDoor, LoadParticipant, ParticipantSpec } from './participant.ts';
import { Track } from './track.ts';

/** Enters by LiveKit's one-connection protocol (`/rtc/v1`): the real server's rooms and ours alike. */
export class LiveKitDoor implements LoadDoor {
  readonly #url: string;
  readonly #keys: { key: string; secret: string };

  constructor(url: string, keys: { key: string; secret: string }) {
    this.#url = url;
    this.#keys = keys;
  }

  async enter(spec: ParticipantSpec): Promise<LoadParticipant> {
    const token = await developmentToken(this.#keys, spec.room, spec.identity);
    const participant = new LiveKitParticipant(await Connection.open(), spec);
    await participant.join(this.#url, token);
    return participant;
  }

  async subscribe(): Promise<void> {
    // Nothing to do: they subscribe everybody to everything.
  }
}

class LiveKitParticipant implements LoadParticipant {
  readonly connections: readonly Connection[];
  readonly #connection: Connection;
  readonly #sections: Section[] = [];
  readonly #addTracks: AddTrackRequest[];
  readonly #trickled: string[] = [];
  #answer = '';
  #offerId = 1;
  #socket: WebSocket | undefined;

  constructor(connection: Connection, spec: ParticipantSpec) {
    this.#connection = connection;
    this.connections = [connection];
    connection.tracks.push(
      ...spec.publish.map((track) => new Track(track, `${spec.identity}-${track.kind}`, performance.now())),
    );
    for (const track of connection.tracks) {
      track.mid = String(this.#sections.length);
      this.#sections.push({ kind: track.spec.kind, mid: track.mid, track, direction: 'sendonly' });
    }
    this.#addSections('audio', spec.receive.audio);
    this.#addSections('video', spec.receive.video);
    this.#addTracks = connection.tracks.map(
      (track) =>
        new AddTrackRequest({
          cid: track.id,
          name: track.id,
          type: track.spec.kind === 'audio' ? TrackType.AUDIO : TrackType.VIDEO,
          source: track.spec.kind === 'audio' ? TrackSource.MICROPHONE : TrackSource.CAMERA,
          ...(track.spec.kind === 'audio' ? { disableRed: true } : { width: 640, height: 360 }),
        }),
    );
  }

  #addSections(kind: Section['kind'], count: number): void {
    for (let i = 0; i < count; i++) {
      this.#sections.push({ kind, mid: String(this.#sections.length), direction: 'recvonly' });
    }
  }

  #offer(): SessionDescription {
    const sdp = describe(this.#connection, this.#sections, 'actpass');
    return new SessionDescription({ type: 'offer', sdp, id: this.#offerId++ });
  }

  /** Resolves when the media path is up. @throws Error when it is not within thirty seconds */
  async join(url: string, token: string): Promise<void> {
    const request = new JoinRequest({
      clientInfo: { sdk: 1, version: '2.23.0', protocol: 17 },
      connectionSettings: new ConnectionSettings({ autoSubscribe: true }),
      addTrackRequests: this.#addTracks,
      publisherOffer: this.#offer(),
    });
    const wrapped = new WrappedJoinRequest({
      compression: WrappedJoinRequest_Compression.GZIP,
      joinRequest: gzipSync(request.toBinary()),
    });
    const query = new URLSearchParams({
      access_token: token,
      // With its padding: the real server reads no other.
      join_request: Buffer.from(wrapped.toBinary()).toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
    });
    const socket = new WebSocket(`${url}/rtc/v1?${query}`, { perMessageDeflate: false });
    this.#socket = socket;
    await new Promise<void>((resolve, reject) => {
      const patience = setTimeout(() => reject(new Error('no media path after thirty seconds')), 30_000);
      const look = setInterval(() => {
        if (!this.#connection.connected) {
          if (this.#begun) this.#connection.peer.check(true);
          return;
        }
        clearTimeout(patience);
        clearInterval(look);
        resolve();
      }, 50);
      socket.on('error', reject);
      socket.on('message', (data: Buffer) => this.#onMessage(SignalResponse.fromBinary(data)));
    });
    this.#pings = setInterval(() => this.#send({ case: 'ping', value: BigInt(Date.now()) }), 5_000);
  }

  #pings: NodeJS.Timeout | undefined;

  #send(message: SignalRequest['message']): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(new SignalRequest({ message }).toBinary());
  }

  #onMessage({ message }: SignalResponse): void {
    switch (message.case) {
      case 'answer': {
        const first = this.#answer === '';
        this.#answer = message.value.sdp;
        if (first) this.#tryConnect();
        return;
      }
      case 'trickle':
        this.#onTrickle(message.value);
        return;
      case 'mediaSectionsRequirement':
        this.#addSections('audio', message.value.numAudios);
        this.#addSections('video', message.value.numVideos);
        this.#send({ case: 'offer', value: this.#offer() });
        return;
      default:
    }
  }

  #onTrickle({ candidateInit }: TrickleRequest): void {
    const { candidate } = JSON.parse(candidateInit) as { candidate?: string };
    if (candidate) this.#trickled.push(candidate);
    this.#tryConnect();
  }

  #begun = false;

  #tryConnect(): void {
    if (this.#begun || this.#answer === '') return;
    try {
      this.#connection.connect(this.#answer, this.#trickled);
      this.#begun = true;
    } catch {
      // No address yet: it is trickled.
    }
  }

  leave(): void {
    clearInterval(this.#pings);
    this.#send({ case: 'leave', value: new LeaveRequest({ reason: DisconnectReason.CLIENT_INITIATED }) });
    this.#socket?.close();
    this.#connection.close();
  }
}

import { AccessToken, RoomServiceClient, TwirpError } from 'livekit-server-sdk';

/** A person as the media room knows them: the same identity again takes the place of the earlier connection. */
export type MediaPerson = { kind: 'staff' | 'customer'; id: string };

/** Somebody in a media room; `sid` names this one connection of theirs. */
export type MediaParticipant = { person: MediaPerson; sid: string };

/** What a media server reports: LiveKit's webhook events, those we act on. */
export type MediaEvent = { type: 'joined' | 'left'; callId: string; participant: MediaParticipant };

/** The media server, embedded or LiveKit: the same protocol, so the same code. */
export type Media = {
  isUp(): boolean;
  /** Where browsers connect. @param origin the address this request came to, e.g. `https://support.example.com` */
  urlFor(origin: string): string;
  token(callId: string, person: MediaPerson & { name: string }): Promise<string>;
  /** Who is in the room now; nobody when there is no such room. */
  list(callId: string): Promise<MediaParticipant[]>;
  remove(callId: string, person: MediaPerson): Promise<void>;
  /** Everybody out. */
  close(callId: string): Promise<void>;
};

/** Longer than any call; whoever leaves may not come back with it once the call is over, see `arrived`. */
const TOKEN_LIFE = '12h';
const REQUEST_TIMEOUT_S = 5;
const DISCONNECTED = 3;

export type MediaServerAddress = {
  apiKey: string;
  apiSecret: string;
  /** Where its service API answers, http(s); null while it does not. */
  serviceUrl(): string | null;
  isUp(): boolean;
  urlFor(origin: string): string;
};

export function createMedia({ apiKey, apiSecret, serviceUrl, isUp, urlFor }: MediaServerAddress): Media {
  let client: RoomServiceClient | null = null;
  function rooms(): RoomServiceClient {
    const url = serviceUrl();
    if (url === null) throw new Error('the media server is not up');
    client ??= new RoomServiceClient(url, apiKey, apiSecret, { requestTimeout: REQUEST_TIMEOUT_S });
    return client;
  }
  return {
    isUp,
    urlFor,
    token(callId, person) {
      const token = new AccessToken(apiKey, apiSecret, {
        identity: identityOf(person),
        name: person.name,
        metadata: JSON.stringify({ kind: person.kind }),
        ttl: TOKEN_LIFE,
      });
      token.addGrant({ room: callId, roomJoin: true, canPublish: true, canSubscribe: true, canPublishData: true });
      return token.toJwt();
    },
    async list(callId) {
      const found = await ignoringAbsence(rooms().listParticipants(callId), []);
      return found.flatMap(({ identity, sid, state }) => {
        const person = personOf(identity);
        return person && state !== DISCONNECTED ? [{ person, sid }] : [];
      });
    },
    remove: (callId, person) => ignoringAbsence(rooms().removeParticipant(callId, identityOf(person)), undefined),
    close: (callId) => ignoringAbsence(rooms().deleteRoom(callId), undefined),
  };
}

export function identityOf({ kind, id }: MediaPerson): string {
  return `${kind}:${id}`;
}

/** @returns null for participants that are no people of ours: recorders, agents */
export function personOf(identity: string): MediaPerson | null {
  const match = /^(staff|customer):([0-9a-f-]{36})$/.exec(identity);
  return match ? { kind: match[1] as MediaPerson['kind'], id: match[2]! } : null;
}

/** A LiveKit webhook event, whether posted or handed over in process; null when it is none we act on. */
export function readMediaEvent(event: {
  event?: string;
  room?: { name?: string } | undefined;
  participant?: { identity?: string; sid?: string } | undefined;
}): MediaEvent | null {
  const type = event.event === 'participant_joined' ? 'joined' : event.event === 'participant_left' ? 'left' : null;
  const person = personOf(event.participant?.identity ?? '');
  const callId = event.room?.name ?? '';
  if (type === null || person === null || !/^[0-9a-f-]{36}$/.test(callId)) return null;
  return { type, callId, participant: { person, sid: event.participant?.sid ?? '' } };
}

async function ignoringAbsence<T>(request: Promise<T>, absent: T): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof TwirpError && (error.status === 404 || error.code === 'not_found')) return absent;
    throw error;
  }
}

import { AccessToken, RoomConfiguration, RoomServiceClient, TwirpError, type VideoGrant } from 'livekit-server-sdk';

/** A person as calls know them. */
export type MediaPerson = { kind: 'staff' | 'customer'; id: string };

/** Somebody in a media room; `sid` names this one connection of theirs. */
export type MediaParticipant = { person: MediaPerson; sid: string };

/** How one knows a connection: by the media server's name for it, or as the one that stood by under ours. */
export type PresentConnection = { sid: string } | { connection: string };

/** What a media server reports: LiveKit's webhook events, those we act on. */
export type MediaEvent = { type: 'joined' | 'left'; callId: string; participant: MediaParticipant };

/** The media server, embedded or LiveKit: the same protocol, so the same code. */
export type Media = {
  isUp(): boolean;
  /** Where browsers connect. @param origin the address this request came to, e.g. `https://support.example.com` */
  urlFor(origin: string): string;
  /** It is in this process, behind the same address as we. */
  isOwn: boolean;
  /** Further addresses it is reached under, for when that one fails. */
  backupUrls: readonly string[];
  /**
   * Lets a person into the room. Their newer connection takes the place of an earlier one with the same identity.
   * @param present the connection they are in with, if any: the token is for the identity that has it
   */
  token(callId: string, person: MediaPerson & { name: string }, present: PresentConnection | null): Promise<string>;
  /**
   * Lets a person's page stand by in the room, hidden: it hears and sees nothing, and nobody it. Our own media server lets
   * it agree on what it will send. @param connection names it
   */
  standbyToken(callId: string, person: MediaPerson & { name: string }, connection: string): Promise<string>;
  /**
   * Gives a connection that stands by the rights of everybody in the call.
   * @returns null when there is no such connection; `isConnected` false while it is still connecting
   */
  admit(
    callId: string,
    person: MediaPerson,
    connection: string,
  ): Promise<{ participant: MediaParticipant; isConnected: boolean } | null>;
  /** Who is in the room now; nobody when there is no such room. Whoever stands by is not in. */
  list(callId: string): Promise<MediaParticipant[]>;
  /** Puts a person out with all connections, those that stand by too. */
  remove(callId: string, person: MediaPerson): Promise<void>;
  /** Everybody out. */
  close(callId: string): Promise<void>;
  /**
   * Lets a page into a room that is no call's, within bounds. Media servers other than ours know of participants alone.
   * @param identity who it is in there
   */
  guestToken(room: string, identity: string, may: GuestRights, bounds: GuestBounds): Promise<string>;
  /** Every room there is now. */
  roomNames(): Promise<string[]>;
};

export type GuestRights = { canPublish: boolean; canSubscribe: boolean };
/** `lifetimeS`: of the token, and of relay credentials. */
export type GuestBounds = { lifetimeS: number; maxParticipants: number; maxPublishKbps: number };

/** Longer than any call; whoever leaves may not come back with it once the call is over, see `arrived`. */
const TOKEN_LIFE = '12h';
/** Used at once or never: whoever is connected gets fresh ones from the media server. */
const STANDBY_TOKEN_LIFE = '1m';
const REQUEST_TIMEOUT_S = 5;
const ACTIVE = 2;
const DISCONNECTED = 3;
const RIGHTS = { canPublish: true, canSubscribe: true, canPublishData: true };
const NO_RIGHTS = { canPublish: false, canSubscribe: false, canPublishData: false };

export type MediaServerAddress = {
  apiKey: string;
  apiSecret: string;
  /** Where its service API answers, http(s); null while it does not. */
  serviceUrl(): string | null;
  isUp(): boolean;
  urlFor(origin: string): string;
  isOwn: boolean;
  backupUrls: readonly string[];
};

export function createMedia({
  apiKey,
  apiSecret,
  serviceUrl,
  isUp,
  urlFor,
  isOwn,
  backupUrls,
}: MediaServerAddress): Media {
  let client: { url: string; rooms: RoomServiceClient } | null = null;
  function rooms(): RoomServiceClient {
    const url = serviceUrl();
    if (url === null) throw new Error('the media server is not up');
    if (client?.url !== url)
      client = { url, rooms: new RoomServiceClient(url, apiKey, apiSecret, { requestTimeout: REQUEST_TIMEOUT_S }) };
    return client.rooms;
  }
  function present(callId: string) {
    return ignoringAbsence(rooms().listParticipants(callId), []);
  }
  function sign(
    callId: string,
    identity: string,
    person: MediaPerson & { name: string },
    grant: VideoGrant,
    { ttl = TOKEN_LIFE, attributes = {} }: { ttl?: string; attributes?: Record<string, string> } = {},
  ): Promise<string> {
    const token = new AccessToken(apiKey, apiSecret, {
      identity,
      name: person.name,
      metadata: JSON.stringify({ kind: person.kind }),
      ttl,
      attributes,
    });
    token.addGrant({ room: callId, roomJoin: true, ...grant });
    return token.toJwt();
  }
  return {
    isUp,
    urlFor,
    isOwn,
    backupUrls,
    async token(callId, person, known) {
      if (known && 'connection' in known) return sign(callId, identityOf(person, known.connection), person, RIGHTS);
      // A media server that cannot tell keeps nobody out: at worst they are in twice until their older connection ends.
      const all = known === null ? [] : await present(callId).catch(() => []);
      const now = all.find(({ sid }) => sid === known?.sid);
      return sign(callId, now?.identity ?? identityOf(person), person, RIGHTS);
    },
    standbyToken(callId, person, connection) {
      // Others would pass on what somebody hidden publishes.
      const grant = { ...NO_RIGHTS, canPublish: isOwn, hidden: true };
      // Who calls is ready to receive before it is answered.
      const attributes: Record<string, string> = isOwn ? { announced: 'true' } : {};
      return sign(callId, identityOf(person, connection), person, grant, { ttl: STANDBY_TOKEN_LIFE, attributes });
    },
    async admit(callId, person, connection) {
      const request = rooms().updateParticipant(callId, identityOf(person, connection), {
        permission: { ...RIGHTS, hidden: false },
      });
      const info = await ignoringAbsence(request, null);
      if (!info || info.state === DISCONNECTED) return null;
      return { participant: { person, sid: info.sid }, isConnected: info.state === ACTIVE };
    },
    async list(callId) {
      return (await present(callId)).flatMap(({ identity, sid, state, permission }) => {
        const person = personOf(identity);
        return person && state !== DISCONNECTED && !permission?.hidden ? [{ person, sid }] : [];
      });
    },
    async remove(callId, person) {
      for (const { identity } of await present(callId)) {
        const known = personOf(identity);
        if (known?.kind !== person.kind || known.id !== person.id) continue;
        await ignoringAbsence(rooms().removeParticipant(callId, identity), undefined);
      }
    },
    close: (callId) => ignoringAbsence(rooms().deleteRoom(callId), undefined),
    guestToken(room, identity, may, { lifetimeS, maxParticipants, maxPublishKbps }) {
      const token = new AccessToken(apiKey, apiSecret, { identity, ttl: lifetimeS });
      token.addGrant({ room, roomJoin: true, ...may, canPublishData: false });
      token.roomConfig = new RoomConfiguration({
        name: room,
        maxParticipants,
        emptyTimeout: 5,
        departureTimeout: 2,
        tags: { 'max-publish-kbps': String(maxPublishKbps), 'relay-lifetime-s': String(lifetimeS) },
      });
      return token.toJwt();
    },
    roomNames: async () => (await rooms().listRooms()).map(({ name }) => name),
  };
}

/** @param connection of one that stood by: it keeps its name when it is let in, since none can be given another */
export function identityOf({ kind, id }: MediaPerson, connection?: string): string {
  return connection === undefined ? `${kind}:${id}` : `${kind}:${id}~${connection}`;
}

/** @returns null for participants that are no people of ours: recorders, agents */
export function personOf(identity: string): MediaPerson | null {
  const match = /^(staff|customer):([0-9a-f-]{36})(?:~[0-9a-f-]{36})?$/.exec(identity);
  return match ? { kind: match[1] as MediaPerson['kind'], id: match[2]! } : null;
}

/**
 * A LiveKit webhook event, whether posted or handed over in process; null when it is none we act on. Whoever stands by
 * comes and goes unnoticed.
 */
export function readMediaEvent(event: {
  event?: string;
  room?: { name?: string } | undefined;
  participant?: { identity?: string; sid?: string; permission?: { hidden?: boolean } | undefined } | undefined;
}): MediaEvent | null {
  if (event.participant?.permission?.hidden) return null;
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

import type { Call, CallJoin, DirectReturn, Me } from '@alongside/contracts';
import { activeRecording } from '@alongside/desk';
import { ApiError } from '../api-error.ts';
import type { LocalMediaSnapshot } from './local-media.ts';
import type { CallParticipantModel, CallSnapshot, NetworkGrade, PreviewSnapshot } from './model.ts';
import type { RoomSession } from './room-session.ts';

/** No device is looked at. */
export const NO_PREVIEW: PreviewSnapshot = {
  microphone: { state: 'off', problem: null },
  camera: { state: 'off', problem: null },
  video: null,
};

/** Nothing is going on. */
export function createIdleSnapshot(): CallSnapshot {
  return {
    phase: 'idle',
    ticketId: null,
    callId: null,
    call: null,
    liveSince: null,
    outcome: null,
    failure: null,
    microphone: { state: 'off', problem: null },
    camera: { state: 'off', problem: null },
    screen: { state: 'off', problem: null },
    canShareScreen: typeof navigator !== 'undefined' && typeof navigator.mediaDevices?.getDisplayMedia === 'function',
    participants: [],
    needsGesture: false,
    network: 'unknown',
    isDirect: false,
    quality: null,
  };
}

/**
 * What a failed attempt at entering means: `over` there is no call any more · `refused` asking again will not help ·
 * `recorded` one has to agree first · the others pass by trying again.
 */
export function failureOf(
  thrown: unknown,
): 'over' | 'refused' | 'recorded' | 'media-unavailable' | 'media-unreachable' {
  // Whatever the media library throws, the server let us in and may do so again.
  if (!(thrown instanceof ApiError)) return 'media-unreachable';
  if (thrown.code === 'call_over' || thrown.code === 'not_found') return 'over';
  if (thrown.code === 'recording_consent') return 'recorded';
  if (thrown.code === 'media_unavailable') return 'media-unavailable';
  return thrown.retry || thrown.code === 'unauthenticated' ? 'media-unreachable' : 'refused';
}

/**
 * The address of the media server for a page.
 * @param url as the server gave it: absolute (ws, wss, http, https) or relative to itself
 * @param base origin of our server
 */
export function mediaUrl(url: string, base: string): string {
  const absolute = new URL(url || '/', base);
  absolute.protocol = absolute.protocol.replace('http', 'ws');
  return absolute.href.replace(/\/$/, '');
}

/**
 * Why a call has to go through the media server; null where it need not. Whoever is asked whether it may be recorded is to be
 * on the record from its beginning.
 */
export function directObstacle(call: Call | null): DirectReturn | null {
  if (call?.state !== 'live') return 'not-allowed';
  return activeRecording(call) ? 'recording' : null;
}

/** All of them, the one to begin with first. */
export function mediaUrls({ url, backupUrls }: Pick<CallJoin, 'url' | 'backupUrls'>, base: string): string[] {
  return [...new Set([url, ...backupUrls].map((one) => mediaUrl(one, base)))];
}

/** A participant with what the call's own record knows of the person, where the media room is silent. */
function named(model: CallParticipantModel, call: Call | null): CallParticipantModel {
  const known = call?.participants.find((participant) => participant.who.id === model.personId)?.who;
  if (!known) return model;
  const role = model.role ?? (known.kind === 'customer' ? 'customer' : 'engineer');
  return { ...model, name: model.name || known.name, role };
}

/** Oneself as the screen shows it, silent. */
export function oneself(
  me: Pick<Me, 'id' | 'name' | 'role'>,
  own: LocalMediaSnapshot | undefined,
  network: NetworkGrade,
): CallParticipantModel {
  return {
    key: 'me',
    personId: me.id,
    name: me.name,
    role: me.role,
    isMe: true,
    speaking: false,
    microphoneOn: own?.microphone.state === 'on',
    camera: own?.cameraVideo ?? null,
    screen: own?.screenVideo ?? null,
    network,
  };
}

/** Oneself first, and whoever else is in the room. */
export function participantsOf(
  me: CallParticipantModel,
  room: Pick<RoomSession, 'mySpeaking' | 'others'> | null,
  call: Call | null,
): CallParticipantModel[] {
  return [{ ...me, ...room?.mySpeaking() }, ...(room?.others() ?? []).map((other) => named(other, call))];
}

/** What is said of them now; whoever is as before is the same object, and all of them the same list. */
export function steady(
  before: readonly CallParticipantModel[],
  now: readonly CallParticipantModel[],
): readonly CallParticipantModel[] {
  const kept = now.map((one) => before.find((other) => other.key === one.key && isSame(other, one)) ?? one);
  return isSame(before, kept) ? before : kept;
}

/** Whether two objects, or two lists, hold the same values. */
export function isSame(a: object, b: object): boolean {
  const inA = Object.entries(a);
  return (
    inA.length === Object.keys(b).length &&
    inA.every(([key, value]) => Object.hasOwn(b, key) && Object.is(value, b[key as keyof typeof b]))
  );
}

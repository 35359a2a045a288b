import { ParticipantPermission, TrackSource } from '@livekit/protocol';
import type { VideoGrant } from '../service/tokens.ts';

const SOURCE_NAMES: Readonly<Record<string, TrackSource>> = {
  // For a name we do not know: left out, a list of such names alone would be empty, which allows everything.
  unknown: TrackSource.UNKNOWN,
  camera: TrackSource.CAMERA,
  microphone: TrackSource.MICROPHONE,
  screen_share: TrackSource.SCREEN_SHARE,
  screen_share_audio: TrackSource.SCREEN_SHARE_AUDIO,
};

/** The permission object clients see (they refuse to publish without one) from a token's grant. */
export function permissionOf(grant: VideoGrant): ParticipantPermission {
  return new ParticipantPermission({
    canSubscribe: grant.canSubscribe,
    canPublish: grant.canPublish,
    canPublishData: grant.canPublishData,
    canPublishSources: grant.canPublishSources.map((name) => SOURCE_NAMES[name.toLowerCase()] ?? TrackSource.UNKNOWN),
    hidden: grant.hidden,
    recorder: grant.recorder,
    agent: grant.agent,
    canUpdateMetadata: grant.canUpdateOwnMetadata,
  });
}

/** The grant after a permission was changed by the service API, for the next refreshed token. */
export function grantWith(grant: VideoGrant, permission: ParticipantPermission): VideoGrant {
  const names = Object.entries(SOURCE_NAMES);
  return {
    ...grant,
    canSubscribe: permission.canSubscribe,
    canPublish: permission.canPublish,
    canPublishData: permission.canPublishData,
    canPublishSources: permission.canPublishSources.map(
      (source) => names.find(([, value]) => value === source)?.[0] ?? 'unknown',
    ),
    canUpdateOwnMetadata: permission.canUpdateMetadata,
    hidden: permission.hidden,
  };
}

/** Whether a track of this source may be published. */
export function mayPublish(permission: ParticipantPermission, source: TrackSource): boolean {
  if (!permission.canPublish) return false;
  const { canPublishSources: sources } = permission;
  return sources.length === 0 || (source !== TrackSource.UNKNOWN && sources.includes(source));
}

import type { ParticipantPermission } from '@livekit/protocol';
import { SignJWT } from 'jose';
import { grantWith } from '../room/permissions.ts';
import type { VideoGrant } from '../service/tokens.ts';

/** A job's process has this long to join; afterwards it has tokens refreshed by the room. */
const LIFETIME_S = 3_600;
/** Where front ends find which agent a participant is. */
export const AGENT_NAME_ATTRIBUTE = 'lk.agent_name';

const NO_RIGHTS: VideoGrant = {
  room: '',
  roomJoin: true,
  roomCreate: false,
  roomList: false,
  roomAdmin: false,
  roomRecord: false,
  canPublish: false,
  canSubscribe: false,
  canPublishData: false,
  canPublishSources: [],
  canUpdateOwnMetadata: false,
  hidden: false,
  recorder: false,
  agent: true,
};

export interface AgentTokenOptions {
  apiKey: string;
  secret: string;
  room: string;
  identity: string;
  name: string;
  metadata: string;
  attributes: Readonly<Record<string, string>>;
  permission: ParticipantPermission;
}

/** The token an agent joins a room with: what its worker may, of the kind `agent`. */
export async function signAgentToken(options: AgentTokenOptions, now: Date = new Date()): Promise<string> {
  const nowS = Math.floor(now.getTime() / 1000);
  const video = { ...grantWith(NO_RIGHTS, options.permission), room: options.room };
  return new SignJWT({
    video,
    kind: 'agent',
    name: options.name,
    metadata: options.metadata,
    attributes: options.attributes,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(options.apiKey)
    .setSubject(options.identity)
    .setNotBefore(nowS - 1)
    .setExpirationTime(nowS + LIFETIME_S)
    .sign(new TextEncoder().encode(options.secret));
}

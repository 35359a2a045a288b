import type { AccessClaims } from '../service/tokens.ts';
import type { RoomHost } from './host.ts';
import { attributesBytes } from './requests.ts';
import { JoinRefused } from './room-settings.ts';

/**
 * The attributes a client comes in with: its token's and those it asks for itself, which needs the same right as
 * changing them later.
 * @throws JoinRefused
 */
export function joinAttributes(
  claims: AccessClaims,
  asked: Readonly<Record<string, string>>,
  host: RoomHost,
): Record<string, string> {
  const attributes = { ...claims.attributes, ...asked };
  if (Object.keys(asked).length === 0) return attributes;
  if (!claims.video.canUpdateOwnMetadata) {
    throw new JoinRefused(401, 'does not have permission to update own metadata');
  }
  if (attributesBytes(attributes) > host.limits.maxAttributesBytes) {
    host.counters.refused('metadata');
    throw new JoinRefused(400, 'attributes too large');
  }
  return attributes;
}

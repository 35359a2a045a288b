import { TrackSource } from '@livekit/protocol';
import { expect, test } from 'vitest';
import { grantWith, mayPublish, permissionOf } from './permissions.ts';
import { claims } from './testing.ts';

test('SFU-2: a source whose name is not known opens no other, nor after its token was renewed', () => {
  const { video: grant } = claims('a', { canPublishSources: ['screenshare'] });
  const permission = permissionOf(grant);
  for (const each of [permission, permissionOf(grantWith(grant, permission))]) {
    for (const source of [TrackSource.CAMERA, TrackSource.UNKNOWN]) expect(mayPublish(each, source)).toBe(false);
  }
  expect(mayPublish(permissionOf(claims('a').video), TrackSource.UNKNOWN), 'no list allows all').toBe(true);
});

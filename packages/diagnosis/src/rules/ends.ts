import type { Session, Track } from '../model/session.ts';

/** Whether a stream is a media server's, as it has it from somebody or passes it on: it neither captures nor encodes. */
export function isServers(session: Session, { connectionId }: Pick<Track, 'connectionId'>): boolean {
  return session.connections.some(({ id, peerId }) => id === connectionId && peerId !== null);
}

/**
 * The streams of another participant that are received as this one: by their SSRC where a server did not change it, else by
 * who sends it, else because one is received and only one other sends. Simulcast layers are several.
 * @returns none where this one is sent, or the sender's own measurements are not here
 */
export function sentAs(session: Session, received: Track): Track[] {
  // Dumps have one participant: nothing of theirs is sent by another who measured.
  if (received.direction !== 'receive' || session.participants.length < 2) return [];
  const sent = session.tracks.filter(
    ({ direction, kind, participantId, source }) =>
      direction === 'send' &&
      kind === received.kind &&
      participantId !== received.participantId &&
      (source === received.source || source === 'unknown' || received.source === 'unknown'),
  );
  // A server's own view of what it forwards is not the sender's.
  const servers = new Set(
    session.connections.flatMap(({ peerId, participantId }) => (peerId === null ? [] : [participantId])),
  );
  const same = sent.filter(({ ssrc }) => ssrc !== null && ssrc === received.ssrc);
  if (same.length > 0) return same;
  if (received.senderId !== null) return sent.filter(({ participantId }) => participantId === received.senderId);
  const people = sent.filter(({ participantId }) => !servers.has(participantId));
  const alike = session.tracks.filter(
    ({ direction, kind, source, participantId }) =>
      direction === 'receive' &&
      kind === received.kind &&
      source === received.source &&
      participantId === received.participantId,
  );
  // Of several received, all but one are of people who measured nothing, and nobody says which.
  const isOnly = alike.length === 1 && new Set(people.map(({ participantId }) => participantId)).size === 1;
  return isOnly ? people : [];
}

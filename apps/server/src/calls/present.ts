import type { Call } from '@alongside/contracts';
import { isOver } from '@alongside/desk';
import type { CallParticipantRow, CallRow } from './tables.ts';

/** @param shown what the ticket shows as going on: it knows what is recorded */
export function presentCall(call: CallRow, people: readonly CallParticipantRow[], shown: Call | null = null): Call {
  return {
    id: call.id,
    ticketId: call.ticketId,
    state: call.state,
    startedBy: call.startedBy,
    rings: call.rings,
    video: call.video,
    startedAt: call.startedAt.toISOString(),
    answeredAt: call.answeredAt?.toISOString() ?? null,
    endedAt: call.endedAt?.toISOString() ?? null,
    participants: people.flatMap((person) =>
      person.joinedAt === null
        ? []
        : [
            {
              who: { kind: person.personKind, id: person.personId, name: person.personName },
              joinedAt: person.joinedAt.toISOString(),
              leftAt: person.leftAt?.toISOString() ?? null,
              // While they talk it still changes; the timeline shows the last word.
              quality: person.leftAt !== null || isOver(call) ? person.quality : null,
            },
          ],
    ),
    ...(call.beyondPlan ? { beyondPlan: true } : {}),
    ...(shown?.id === call.id && shown.recordings ? { recordings: shown.recordings } : {}),
  };
}

import type { Call } from '@alongside/contracts';
import { isOver } from '@alongside/desk';
import type { CallParticipantRow, CallRow } from './tables.ts';

export function presentCall(call: CallRow, people: readonly CallParticipantRow[]): Call {
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
  };
}

import type { ActorRef, TicketEventBody } from '@alongside/contracts';
import { foldRecording, type RecordingEvent } from '@alongside/desk';
import { changeTickets } from './log.actions.ts';
import type { TestDesk } from './testing.ts';

const STEPS: readonly RecordingEvent['type'][] = [
  'call.recording_asked',
  'call.recording_agreed',
  'call.recording_started',
  'call.recording_ended',
  'call.recording_ready',
  'call.recording_deleted',
];

/** What happens to a recording, one after the other: the steps `[from, upTo)`. The call has the ticket's id. */
async function recordingEvents(
  { platform, people }: TestDesk,
  ticketId: string,
  upTo: number,
  from = 0,
): Promise<void> {
  const staff: ActorRef = { kind: 'staff', id: people.engineer.id, name: people.engineer.me!.name };
  const customer: ActorRef = { kind: 'customer', id: people.customer.id, name: people.customer.me!.name };
  for (const type of STEPS.slice(from, upTo)) {
    const body = {
      type,
      callId: ticketId,
      recordingId: ticketId,
      ...(type === 'call.recording_ended' ? { because: 'withdrawn' } : {}),
      ...(type === 'call.recording_ready' ? { durationMs: 61_000 } : {}),
    } as RecordingEvent & TicketEventBody;
    await changeTickets(platform.db, async (log) => {
      const { activeCall } = (await log.lock(ticketId))!;
      const by = type === 'call.recording_agreed' || type === 'call.recording_ended' ? customer : staff;
      const at = log.now();
      log.append(ticketId, by, body, { activeCall: foldRecording(activeCall!, by, at.toISOString(), body) }, at);
    });
  }
}

/** One scenario for each event of a recording. @param liveCall a ticket whose call is going on */
export function recordingScenarios(liveCall: (desk: TestDesk) => Promise<string>) {
  return Object.fromEntries(
    STEPS.map((type, step) => [
      type,
      [
        {
          name: 'in a call that goes on',
          async before(desk: TestDesk) {
            const id = await liveCall(desk);
            await recordingEvents(desk, id, step);
            return id;
          },
          act: (desk: TestDesk, id: string) => recordingEvents(desk, id, step + 1, step),
        },
      ],
    ]),
  ) as Record<
    RecordingEvent['type'],
    { name: string; before(desk: TestDesk): Promise<string>; act(desk: TestDesk, id: string): Promise<void> }[]
  >;
}

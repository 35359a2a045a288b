import { randomUUID } from 'node:crypto';
import {
  acceptSuggestion,
  assignTicket,
  handTicketBack,
  listFittingEngineers,
  postMessage,
  setTicketState,
  updateRouting,
  updateStaff,
} from '@alongside/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { snapshot } from '../tickets/testing.ts';
import {
  assigneeOf,
  assignments,
  changesOf,
  hasChange,
  isSuggested,
  isWaiting,
  type RoutingDesk,
  startRoutingDesk,
} from './testing.ts';

let desk: RoutingDesk;

beforeAll(async () => {
  desk = await startRoutingDesk();
});
afterAll(() => desk?.close());
afterEach(() => desk.reset());

describe('an engineer who is not there', () => {
  test('goes away: tickets in which a customer waits are offered to others, with the reason', async () => {
    const first = await desk.engineer('First', { skills: [{ skillId: 'echo', level: 3 }] });
    const waiting = await desk.ask('An echo');
    const answered = await desk.ask('An echo again');
    expect(await assigneeOf(desk.people.lead, waiting)).toBe(first.id);
    expect(await assigneeOf(desk.people.lead, answered)).toBe(first.id);
    await first.call(postMessage, {
      params: { id: answered },
      body: { message: { id: randomUUID(), body: 'Please try again' } },
    });
    const second = await desk.engineer('Second', { skills: [{ skillId: 'echo', level: 1 }] });
    await desk.setAway(first, true);
    expect((await snapshot(desk.people.lead, waiting))!.ticket.assignee?.id).toBe(second.id);
    expect((await snapshot(desk.people.lead, answered))!.ticket.assignee?.id).toBe(first.id);
    expect(assignments(await changesOf(desk.people.lead, waiting)).at(-1)).toMatchObject({
      from: 'First',
      to: 'Second',
      routing: expect.arrayContaining([{ what: 'taken_off', why: 'away', name: 'First', note: '' }]),
    });
    // The other one comes back to life while they are away.
    await desk.people.customer.call(postMessage, {
      params: { id: answered },
      body: { message: { id: randomUUID(), body: 'It did not help' } },
    });
    await hasChange(desk.people.lead, answered, (change) => change.what === 'assignee' && change.to === 'Second');
  });

  test('keeps what they work on all the same', async () => {
    const first = await desk.engineer('First');
    await desk.engineer('Second');
    await desk.setAway(first, true);
    await desk.settled();
    const id = await desk.ask('Anybody?');
    await desk.people.lead.call(assignTicket, { params: { id }, body: { assigneeId: first.id } });
    await desk.settled();
    await desk.setAway(first, false);
    await desk.setAway(first, true);
    const kept = await desk.ask('One more');
    await desk.people.lead.call(assignTicket, { params: { id: kept }, body: { assigneeId: first.id } });
    await desk.people.lead.call(setTicketState, { params: { id: kept }, body: { state: 'solved' } });
    await desk.people.customer.call(setTicketState, { params: { id: kept }, body: { state: 'open' } });
    await desk.settled();
    expect((await snapshot(desk.people.lead, kept))!.ticket.assignee?.id).toBe(first.id);
    expect((await snapshot(desk.people.lead, id))!.ticket.assignee?.id).not.toBe(first.id);
  });

  test('a reopened ticket finds another one', async () => {
    const first = await desk.engineer('First');
    const id = await desk.ask('It broke');
    await assigneeOf(desk.people.lead, id);
    await first.call(setTicketState, { params: { id }, body: { state: 'solved' } });
    await desk.setAway(first, true);
    const second = await desk.engineer('Second');
    await desk.people.customer.call(setTicketState, { params: { id }, body: { state: 'open' } });
    await hasChange(desk.people.lead, id, (change) => change.what === 'assignee' && change.to === 'Second');
    expect((await snapshot(desk.people.lead, id))!.ticket.assignee?.id).toBe(second.id);
  });

  test('leaves the team: all that is open goes to others; with nobody left it is back in the queue', async () => {
    const first = await desk.engineer('First');
    const id = await desk.ask('It broke');
    await assigneeOf(desk.people.lead, id);
    await desk.people.administrator.call(updateStaff, { params: { id: first.id }, body: { disabled: true } });
    expect(await hasChange(desk.people.lead, id, (change) => change.what === 'assignee' && change.to === null)).toEqual(
      {
        what: 'assignee',
        from: 'First',
        to: null,
        routing: [{ what: 'taken_off', why: 'left', name: 'First', note: '' }],
      },
    );
  });

  test('comes back: what waits for them is theirs', async () => {
    const first = await desk.engineer('First');
    await desk.setAway(first, true);
    const id = await desk.ask('It broke');
    await hasChange(desk.people.lead, id, isWaiting);
    await desk.setAway(first, false);
    expect((await snapshot(desk.people.lead, id))!.ticket.assignee?.id).toBe(first.id);
  });
});

describe('handing back', () => {
  test('routes it again without them, and says why', async () => {
    const first = await desk.engineer('First', { skills: [{ skillId: 'echo', level: 3 }] });
    const id = await desk.ask('An echo');
    await assigneeOf(desk.people.lead, id);
    const second = await desk.engineer('Second', { skills: [{ skillId: 'echo', level: 1 }] });
    const reply = await first.call(handTicketBack, { params: { id }, body: { reason: 'This is the video team’s' } });
    expect(reply.body.events.map((event) => event.body.type)).toEqual(['ticket.assigned']);
    expect((await snapshot(desk.people.lead, id))!.ticket.assignee?.id).toBe(second.id);
    await second.call(handTicketBack, { params: { id }, body: { reason: 'Nor mine' } });
    const changes = await changesOf(desk.people.lead, id);
    expect(changes.slice(-3)).toMatchObject([
      {
        to: 'Second',
        routing: [
          { what: 'taken_off', why: 'handed_back', name: 'First', note: 'This is the video team’s' },
          { what: 'skill' },
          { what: 'language' },
          { what: 'working_now' },
          { what: 'load' },
        ],
      },
      { to: null, routing: [{ what: 'taken_off', name: 'Second', note: 'Nor mine' }] },
      { body: { type: 'routing.waiting', why: 'handed_back' } },
    ]);
    // What the team says among itself stays there.
    expect(JSON.stringify(await changesOf(desk.people.customer, id))).not.toContain('video team');
  });

  test('is for whose ticket it is, with a reason', async () => {
    const first = await desk.engineer('First');
    const id = await desk.ask('It broke');
    await assigneeOf(desk.people.lead, id);
    const body = { reason: 'Not mine' };
    expect((await desk.people.engineer.call(handTicketBack, { params: { id }, body })).error.code).toBe(
      'not_assigned_to_you',
    );
    expect((await desk.people.customer.call(handTicketBack, { params: { id }, body })).status).toBe(403);
    const empty = await first.call(handTicketBack, { params: { id }, body: { reason: '  ' } });
    expect(empty.error).toMatchObject({ code: 'invalid_input', field: 'reason' });
    expect((await first.call(handTicketBack, { params: { id: randomUUID() }, body })).status).toBe(404);
  });
});

describe('who fits', () => {
  const rankingOf = async (id: string) => {
    const { engineers } = (await desk.people.engineer.call(listFittingEngineers, { params: { id } })).body;
    return engineers.map(({ engineer, obstacle }) => [engineer.name, obstacle]);
  };

  test('is told for any ticket, best first, with what keeps the others from it', async () => {
    await desk.setMode('off');
    const good = await desk.engineer('Good', { skills: [{ skillId: 'echo', level: 1 }] });
    await desk.engineer('Better', { skills: [{ skillId: 'echo', level: 3 }] });
    await desk.engineer('Other skill', { skills: [{ skillId: 'stutter', level: 3 }] });
    const id = await desk.ask('An echo');
    const { engineers } = (await desk.people.lead.call(listFittingEngineers, { params: { id } })).body;
    expect(engineers[0]).toMatchObject({ reasons: [{ what: 'skill', level: 3 }, { what: 'language' }, {}, {}] });
    expect(await rankingOf(id)).toEqual([
      ['Better', null],
      ['Good', null],
      ['Other skill', 'skill'],
    ]);
    await desk.setAway(good, true);
    expect(await rankingOf(id)).toContainEqual(['Good', 'away']);
  });

  test('counts who handed it back', async () => {
    const first = await desk.engineer('First');
    const id = await desk.ask('It broke');
    await assigneeOf(desk.people.lead, id);
    await first.call(handTicketBack, { params: { id }, body: { reason: 'Not mine' } });
    expect(await rankingOf(id)).toEqual([['First', 'handed_back']]);
  });

  test('is for the team, of tickets that are there', async () => {
    const id = await desk.ask('It broke');
    expect((await desk.people.customer.call(listFittingEngineers, { params: { id } })).status).toBe(403);
    expect((await desk.people.lead.call(listFittingEngineers, { params: { id: randomUUID() } })).status).toBe(404);
  });
});

describe('suggesting', () => {
  test('names who fits and waits for one click', async () => {
    await desk.setMode('suggest');
    const first = await desk.engineer('First');
    const second = await desk.engineer('Second');
    const id = await desk.ask('It broke');
    const suggested = await hasChange(desk.people.lead, id, isSuggested);
    expect(suggested).toMatchObject({ body: { reasons: expect.arrayContaining([{ what: 'load', openTickets: 0 }]) } });
    expect((await snapshot(desk.people.lead, id))!.ticket.assignee).toBeNull();
    const { engineer: chosen } = (suggested as { body: { engineer: { id: string } } }).body;
    expect([first.id, second.id]).toContain(chosen.id);
    // In turns, though nobody has taken the first one yet.
    const other = await hasChange(desk.people.lead, await desk.ask('Another'), isSuggested);
    expect((other as { body: { engineer: { id: string } } }).body.engineer.id).not.toBe(chosen.id);

    const wrong = chosen.id === first.id ? second.id : first.id;
    const accept = (engineerId: string) =>
      desk.people.lead.call(acceptSuggestion, { params: { id }, body: { engineerId } });
    expect((await accept(wrong)).error.code).toBe('suggestion_gone');
    expect((await accept(chosen.id)).body.events).toHaveLength(1);
    expect((await snapshot(desk.people.lead, id))!.ticket.assignee?.id).toBe(chosen.id);
    expect((await accept(chosen.id)).error.code).toBe('suggestion_gone');
    expect(
      (await desk.people.customer.call(acceptSuggestion, { params: { id }, body: { engineerId: chosen.id } })).status,
    ).toBe(403);
  });

  test('names somebody else when who was named goes away; taking it by hand ends it', async () => {
    await desk.setMode('suggest');
    const first = await desk.engineer('First', { skills: [{ skillId: 'echo', level: 3 }] });
    const id = await desk.ask('An echo');
    await hasChange(desk.people.lead, id, isSuggested);
    const second = await desk.engineer('Second', { skills: [{ skillId: 'echo', level: 1 }] });
    await desk.setAway(first, true);
    expect((await changesOf(desk.people.lead, id)).at(-1)).toMatchObject({ body: { engineer: { id: second.id } } });
    await desk.people.lead.call(assignTicket, { params: { id }, body: { assigneeId: desk.people.lead.id } });
    await desk.settled();
    const late = { params: { id }, body: { engineerId: second.id } };
    expect((await desk.people.lead.call(acceptSuggestion, late)).error.code).toBe('suggestion_gone');
  });

  test('stays as it is when skills are saved that the ticket does not demand', async () => {
    const { skills } = await desk.setMode('suggest');
    await desk.engineer('First');
    await desk.engineer('Second');
    const id = await desk.ask('It broke');
    await hasChange(desk.people.lead, id, isSuggested);
    const before = await changesOf(desk.people.lead, id);
    const saving = await desk.people.administrator.call(updateRouting, { body: { skills } });
    expect(saving.status).toBe(200);
    expect(await changesOf(desk.people.lead, id)).toEqual(before);
  });

  test('turned into assigning gives what was suggested', async () => {
    await desk.setMode('suggest');
    const first = await desk.engineer('First');
    const id = await desk.ask('It broke');
    await hasChange(desk.people.lead, id, isSuggested);
    await desk.setMode('assign');
    expect((await snapshot(desk.people.lead, id))!.ticket.assignee?.id).toBe(first.id);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseEngineer, rankEngineers, whyNobody } from './routing.ts';
import { anyEngineer, anyTeam, anyTicket, chosen, ECHO, engineer, ticket } from './routing-testing.ts';

describe('for every ticket and every team', () => {
  it('the ranking begins with who is chosen, and with an obstacle exactly where nobody is', () => {
    fc.assert(
      fc.property(anyTicket, anyTeam, (demand, team) => {
        const ranked = rankEngineers(demand, team);
        expect(ranked.map(({ engineerId }) => engineerId).sort()).toEqual(team.map(({ id }) => id).sort());
        const free = ranked.filter(({ obstacle }) => obstacle === null);
        expect(free[0]?.engineerId ?? null).toBe(chosen(demand, team));
        expect(ranked.slice(0, free.length)).toEqual(free);
      }),
    );
  });

  it('the order of the team does not matter', () => {
    fc.assert(
      fc.property(
        anyTicket,
        anyTeam.chain((team) =>
          fc.tuple(fc.constant(team), fc.shuffledSubarray(team, { minLength: team.length, maxLength: team.length })),
        ),
        (demand, [team, shuffled]) => {
          expect(chooseEngineer(demand, shuffled)).toEqual(chooseEngineer(demand, team));
          expect(whyNobody(demand, shuffled)).toEqual(whyNobody(demand, team));
        },
      ),
    );
  });

  it('either somebody is chosen, or it is told why nobody is, or nobody takes part', () => {
    fc.assert(
      fc.property(anyTicket, anyTeam, (demand, team) => {
        const choice = chooseEngineer(demand, team);
        const wait = whyNobody(demand, team);
        expect(Number(choice !== null) + Number(wait !== null)).toBe(team.length === 0 ? 0 : 1);
      }),
    );
  });

  it('nobody gets it who is away, handed it back, is not there, or has no room', () => {
    fc.assert(
      fc.property(anyTicket, anyTeam, (demand, team) => {
        const choice = chooseEngineer(demand, team);
        const who = team.find(({ id }) => id === choice?.engineerId);
        if (!who) return;
        const isUrgent = demand.priority === 'P0' || demand.priority === 'P1';
        expect(who.away || demand.handedBackBy.includes(who.id)).toBe(false);
        expect(who.workingNow || (isUrgent && who.onCall !== null)).toBe(true);
        expect(demand.priority === 'P0' || who.openTickets < who.capacity).toBe(true);
      }),
    );
  });

  it('who could not have had it changes nothing by being there', () => {
    fc.assert(
      fc.property(anyTicket, anyTeam, anyEngineer, (demand, team, other) => {
        // Without a skill of their own, for that may make one required.
        const bystander = { ...other, id: 'z', away: true, skills: {} };
        expect(chooseEngineer(demand, [...team, bystander])).toEqual(chooseEngineer(demand, team));
      }),
    );
  });

  it('who is chosen stays chosen when they learn more', () => {
    fc.assert(
      fc.property(anyTicket, anyTeam, (demand, team) => {
        const choice = chooseEngineer(demand, team);
        const better = team.map((one) =>
          one.id === choice?.engineerId ? { ...one, languages: ['zh', 'en', 'fr'], openTickets: 0 } : one,
        );
        expect(chosen(demand, better)).toBe(choice?.engineerId ?? null);
      }),
    );
  });
});

describe('equals get equal shares', () => {
  const rounds = (count: number, tickets: number, isClosedAtOnce: boolean) => {
    let team = Array.from({ length: count }, (_, index) =>
      engineer(`engineer ${index}`, { capacity: tickets + 1, skills: { echo: 2 } }),
    );
    const shares = new Map<string, number>();
    for (let n = 0; n < tickets; n += 1) {
      const id = chosen(ticket({ skills: [ECHO], languages: ['en'] }), team)!;
      shares.set(id, (shares.get(id) ?? 0) + 1);
      const lastAssignedAt = new Date(n * 1_000).toISOString();
      team = team.map((one) =>
        one.id === id ? { ...one, lastAssignedAt, openTickets: one.openTickets + (isClosedAtOnce ? 0 : 1) } : one,
      );
    }
    return team.map(({ id }) => shares.get(id) ?? 0);
  };

  it('whether tickets stay open or are solved at once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 60 }),
        fc.boolean(),
        (count, tickets, isClosedAtOnce) => {
          const shares = rounds(count, tickets, isClosedAtOnce);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBe(tickets);
          expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

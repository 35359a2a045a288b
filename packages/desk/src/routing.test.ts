import { describe, expect, it } from 'vitest';
import { chooseEngineer, ROUTING_POINTS, rankEngineers, whyNobody } from './routing.ts';
import { ANDROID, chosen, ECHO, engineer, STUTTER, ticket } from './routing-testing.ts';

describe('who may have a ticket at all', () => {
  it('is nobody who is away, off, full, or handed it back', () => {
    const others = [
      engineer('away', { away: true }),
      engineer('off', { workingNow: false }),
      engineer('full', { openTickets: 5 }),
      engineer('refused'),
    ];
    expect(chosen(ticket({ handedBackBy: ['refused'] }), others)).toBeNull();
    expect(chosen(ticket({ handedBackBy: ['refused'] }), [...others, engineer('free')])).toBe('free');
  });

  it('is whoever is on call, for P0 and P1 only', () => {
    const team = [engineer('on-call', { workingNow: false, onCall: 'Nights' })];
    for (const priority of ['P0', 'P1'] as const) expect(chosen(ticket({ priority }), team)).toBe('on-call');
    for (const priority of ['P2', 'P3'] as const) expect(chosen(ticket({ priority }), team)).toBeNull();
  });

  it('asks no room of a P0', () => {
    const team = [engineer('full', { openTickets: 9 })];
    expect(chosen(ticket({ priority: 'P0' }), team)).toBe('full');
    expect(chosen(ticket({ priority: 'P1' }), team)).toBeNull();
  });

  it('needs one of the required skills, as long as anybody in the team has one', () => {
    const novice = engineer('novice');
    const expert = engineer('expert', { skills: { echo: 1 }, workingNow: false });
    const demand = ticket({ skills: [ECHO, STUTTER] });
    expect(chosen(demand, [novice, expert])).toBeNull();
    expect(chosen(demand, [novice, { ...expert, workingNow: true }])).toBe('expert');
    expect(chosen(demand, [novice])).toBe('novice');
  });

  it('needs no skill that only helps', () => {
    const team = [engineer('novice'), engineer('off', { skills: { android: 3 }, workingNow: false })];
    expect(chosen(ticket({ skills: [ANDROID] }), team)).toBe('novice');
  });

  it('is, without the skill, the dedicated manager, whoever is on call for it, and anybody for a P0', () => {
    const expert = engineer('expert', { skills: { echo: 3 }, workingNow: false });
    const novice = engineer('novice', { onCall: 'Days' });
    const skills = [ECHO];
    expect(chosen(ticket({ skills }), [expert, novice])).toBeNull();
    expect(chosen(ticket({ skills, managerId: 'novice' }), [expert, novice])).toBe('novice');
    expect(chosen(ticket({ skills, priority: 'P1' }), [expert, novice])).toBe('novice');
    expect(chosen(ticket({ skills, priority: 'P1' }), [expert, { ...novice, onCall: null }])).toBeNull();
    expect(chosen(ticket({ skills, priority: 'P0' }), [expert, { ...novice, onCall: null }])).toBe('novice');
  });
});

describe('what speaks for somebody', () => {
  it('is, first of all, being the dedicated manager', () => {
    const perfect = engineer('a-perfect', {
      skills: { echo: 3 },
      languages: ['zh'],
      planIds: ['gold'],
      onCall: 'Days',
    });
    const manager = engineer('manager', { openTickets: 4, languages: [] });
    const demand = ticket({
      priority: 'P0',
      skills: [ECHO],
      languages: ['zh'],
      planId: 'gold',
      managerId: 'manager',
      helpedBy: ['a-perfect'],
    });
    expect(chosen(demand, [perfect, manager])).toBe('manager');
    expect(chosen({ ...demand, managerId: null }, [perfect, manager])).toBe('a-perfect');
    const rest = Object.values(ROUTING_POINTS).reduce((sum, points) => sum + points, 0) - ROUTING_POINTS.manager;
    expect(ROUTING_POINTS.manager).toBeGreaterThan(rest);
  });

  it('is looking after customers of the plan', () => {
    const team = [engineer('a'), engineer('b', { planIds: ['gold'] })];
    expect(chosen(ticket({ planId: 'gold' }), team)).toBe('b');
    expect(chosen(ticket({ planId: 'silver' }), team)).toBe('a');
  });

  it('is being on call, for what is urgent', () => {
    const team = [engineer('a'), engineer('b', { onCall: 'Days' })];
    expect(chosen(ticket({ priority: 'P1' }), team)).toBe('b');
    expect(chosen(ticket({ priority: 'P2' }), team)).toBe('a');
  });

  it('is the level of a skill, then how many of them', () => {
    const skills = [ECHO, STUTTER];
    expect(
      chosen(ticket({ skills: [ECHO] }), [
        engineer('a', { skills: { echo: 1 } }),
        engineer('b', { skills: { echo: 3 } }),
      ]),
    ).toBe('b');
    expect(
      chosen(ticket({ skills }), [
        engineer('a', { skills: { echo: 3 } }),
        engineer('b', { skills: { echo: 2, stutter: 2 } }),
      ]),
    ).toBe('b');
  });

  it('is the language: one who is good and understood before one who is best and is not', () => {
    const best = engineer('a-best', { skills: { echo: 3 }, languages: ['en'] });
    const good = engineer('good', { skills: { echo: 2 }, languages: ['zh-Hant-TW', 'en'] });
    expect(chosen(ticket({ skills: [ECHO], languages: ['zh-CN', 'en'] }), [best, good])).toBe('good');
    expect(chosen(ticket({ skills: [ECHO], languages: ['en'] }), [best, good])).toBe('a-best');
  });

  it('is having helped the customer before, but not at any price', () => {
    const known = engineer('known');
    expect(chosen(ticket({ helpedBy: ['known'] }), [engineer('a'), known])).toBe('known');
    expect(chosen(ticket({ helpedBy: ['known'] }), [engineer('a'), { ...known, openTickets: 4 }])).toBe('a');
  });

  it('is having less to do, relative to what one takes', () => {
    const team = [engineer('a', { openTickets: 2, capacity: 4 }), engineer('b', { openTickets: 3, capacity: 10 })];
    expect(chosen(ticket(), team)).toBe('b');
  });

  it('is, among equals, having waited longest', () => {
    const team = [
      engineer('a', { lastAssignedAt: '2026-05-14T02:00:00.000Z' }),
      engineer('b', { lastAssignedAt: '2026-05-14T01:00:00.000Z' }),
    ];
    expect(chosen(ticket(), team)).toBe('b');
    expect(chosen(ticket(), [...team, engineer('c')])).toBe('c');
  });
});

describe('the reasons', () => {
  it('tell what fitted, most telling first', () => {
    const demand = ticket({
      priority: 'P1',
      skills: [ANDROID, ECHO],
      languages: ['zh-CN', 'en'],
      planId: 'gold',
      managerId: 'lin',
      helpedBy: ['lin'],
    });
    const lin = engineer('lin', {
      skills: { echo: 2, android: 3 },
      languages: ['en', 'zh-HK'],
      planIds: ['gold'],
      onCall: 'Shanghai days',
      openTickets: 1,
    });
    expect(chooseEngineer(demand, [lin])!.reasons).toEqual([
      { what: 'manager' },
      { what: 'plan' },
      { what: 'on_call', rotation: 'Shanghai days' },
      { what: 'skill', skill: ECHO.name, level: 2 },
      { what: 'skill', skill: ANDROID.name, level: 3 },
      { what: 'language', language: 'zh' },
      { what: 'knows_customer' },
      { what: 'load', openTickets: 1 },
    ]);
  });

  it('name nothing that did not matter', () => {
    expect(chooseEngineer(ticket({ languages: ['fr'] }), [engineer('a', { onCall: 'Days' })])!.reasons).toEqual([
      { what: 'working_now' },
      { what: 'load', openTickets: 0 },
    ]);
  });
});

describe('why nobody', () => {
  const demand = ticket({ skills: [ECHO] });
  const expert = engineer('expert', { skills: { echo: 2 } });
  const skills = [ECHO.name];

  it('is nothing where somebody fits, or nobody takes part', () => {
    expect(whyNobody(demand, [expert])).toBeNull();
    expect(whyNobody(demand, [])).toBeNull();
  });

  it('tells what keeps those who have the skill, and when the first of them begins', () => {
    const off = (id: string, nextWorkingAt: string | null) =>
      engineer(id, { skills: { echo: 1 }, workingNow: false, nextWorkingAt });
    expect(
      whyNobody(demand, [
        engineer('novice'),
        off('later', '2026-05-15T09:00:00.000Z'),
        off('first', '2026-05-15T01:00:00.000Z'),
        { ...off('away', '2026-05-14T01:00:00.000Z'), away: true },
        off('never', null),
      ]),
    ).toEqual({ why: 'off_hours', skills, nextAt: '2026-05-15T01:00:00.000Z' });
    expect(whyNobody(demand, [{ ...expert, away: true }])).toEqual({ why: 'away', skills, nextAt: null });
    expect(whyNobody(demand, [{ ...expert, openTickets: 5 }, off('off', '2026-05-15T01:00:00.000Z')])).toEqual({
      why: 'full',
      skills,
      nextAt: '2026-05-15T01:00:00.000Z',
    });
    expect(whyNobody({ ...demand, handedBackBy: ['expert'] }, [expert, engineer('novice')])).toEqual({
      why: 'handed_back',
      skills,
      nextAt: null,
    });
  });

  it('names no skill that nobody has', () => {
    expect(whyNobody(demand, [engineer('novice', { away: true })])).toEqual({ why: 'away', skills: [], nextAt: null });
  });
});

describe('the ranking', () => {
  it('has everybody in it: who could have it now by what speaks for them, then the others with what keeps them', () => {
    const echo = { echo: 2 };
    const team = [
      engineer('novice'),
      engineer('away', { skills: echo, away: true, languages: ['zh'] }),
      engineer('off', { skills: echo, workingNow: false }),
      engineer('full', { skills: echo, openTickets: 5 }),
      engineer('refused', { skills: { echo: 3 } }),
      engineer('second', { skills: { echo: 1 } }),
      engineer('best', { skills: echo }),
    ];
    const demand = ticket({ skills: [ECHO], languages: ['zh'], handedBackBy: ['refused'] });
    expect(rankEngineers(demand, team).map(({ engineerId, obstacle }) => [engineerId, obstacle])).toEqual([
      ['best', null],
      ['second', null],
      ['away', 'away'],
      ['refused', 'handed_back'],
      ['off', 'off_hours'],
      ['full', 'full'],
      ['novice', 'skill'],
    ]);
  });

  it('tells of everybody what speaks for them', () => {
    const [away] = rankEngineers(ticket({ skills: [ECHO] }), [engineer('away', { skills: { echo: 3 }, away: true })]);
    expect(away?.reasons[0]).toEqual({ what: 'skill', skill: ECHO.name, level: 3 });
  });
});

import fc from 'fast-check';
import { chooseEngineer, type RoutableTicket, type RoutingCandidate } from './routing.ts';

export const ECHO = { id: 'echo', name: { en: 'Echo', 'zh-CN': '回声' }, required: true };
export const STUTTER = { id: 'stutter', name: { en: 'Stutter', 'zh-CN': '卡顿' }, required: true };
export const ANDROID = { id: 'android', name: { en: 'Android', 'zh-CN': 'Android' }, required: false };

/** A request of an ordinary kind, but for what a test says. */
export function ticket(more: Partial<RoutableTicket> = {}): RoutableTicket {
  return {
    priority: 'P2',
    skills: [],
    languages: [],
    planId: null,
    managerId: null,
    helpedBy: [],
    handedBackBy: [],
    ...more,
  };
}

/** Somebody at work who takes five, but for what a test says. */
export function engineer(id: string, more: Partial<RoutingCandidate> = {}): RoutingCandidate {
  return {
    id,
    skills: {},
    languages: ['en'],
    planIds: [],
    openTickets: 0,
    capacity: 5,
    workingNow: true,
    nextWorkingAt: null,
    onCall: null,
    away: false,
    lastAssignedAt: null,
    ...more,
  };
}

/** Who gets it, or null. */
export const chosen = (...args: Parameters<typeof chooseEngineer>) => chooseEngineer(...args)?.engineerId ?? null;

const instants = fc.option(fc.integer({ min: 0, max: 5 }).map((hour) => `2026-05-14T0${hour}:00:00.000Z`));
export const anyEngineer = fc.record<RoutingCandidate>({
  id: fc.constantFrom(...'abcdefgh'),
  skills: fc.dictionary(fc.constantFrom('echo', 'stutter', 'android'), fc.integer({ min: 1, max: 3 })),
  languages: fc.subarray(['en', 'zh-CN', 'ja']),
  planIds: fc.subarray(['gold', 'silver']),
  openTickets: fc.integer({ min: 0, max: 6 }),
  capacity: fc.integer({ min: 1, max: 6 }),
  workingNow: fc.boolean(),
  nextWorkingAt: instants,
  onCall: fc.option(fc.constant('Days')),
  away: fc.boolean(),
  lastAssignedAt: instants,
});
export const anyTeam = fc.uniqueArray(anyEngineer, { selector: ({ id }) => id, maxLength: 8 });
export const anyTicket = fc.record<RoutableTicket>({
  priority: fc.constantFrom('P0', 'P1', 'P2', 'P3'),
  skills: fc.subarray([ECHO, STUTTER, ANDROID]),
  languages: fc.subarray(['zh', 'en', 'fr']),
  planId: fc.option(fc.constantFrom('gold', 'silver')),
  managerId: fc.option(fc.constantFrom(...'abcdefgh')),
  helpedBy: fc.subarray([...'abcd']),
  handedBackBy: fc.subarray([...'efgh']),
});

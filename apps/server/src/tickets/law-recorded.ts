import { randomUUID } from 'node:crypto';
import type { RecordedBody } from '@alongside/contracts';

type Sample = { facts?: { excluded?: 'spam'; mergedInto?: { id: string; number: number } }; body: RecordedBody };

const instant = '2030-01-01T00:00:00.000Z';
const id = randomUUID();
const plan = { versionId: randomUUID(), name: { en: 'Standard', 'zh-CN': '标准版' } };
const other = { id: randomUUID(), number: 4_711 };
const person = { id: randomUUID(), name: 'Priya' };

/**
 * One of each kind of recorded event, as the parts that write them do: for the law, which must hold whoever writes.
 * Keyed by type, so that a kind left out is missed by the compiler.
 */
export const RECORDED_SAMPLES: { [T in RecordedBody['type']]: Sample & { body: { type: T } } } = {
  'clock.warned': { body: { type: 'clock.warned', cycleId: 'resolve:1', target: 'resolve', dueAt: instant } },
  'clock.breached': {
    body: { type: 'clock.breached', cycleId: 'resolve:1', target: 'resolve', dueAt: instant, noticedAt: instant },
  },
  'clock.moved': { body: { type: 'clock.moved', calendar: { id, version: 2 } } },
  'clock.recalculated': { body: { type: 'clock.recalculated', reason: 'The holiday had been entered wrongly' } },
  'ticket.plan_set': { body: { type: 'ticket.plan_set', from: plan, to: null, reason: 'A trial' } },
  'ticket.exclusion_set': {
    facts: { excluded: 'spam' },
    body: { type: 'ticket.exclusion_set', excluded: true, because: 'spam', note: 'Casino' },
  },
  'ticket.merged_into': { facts: { mergedInto: other }, body: { type: 'ticket.merged_into', into: other } },
  'ticket.merged_from': {
    body: {
      type: 'ticket.merged_from',
      from: other,
      startAt: instant,
      subject: 'The same',
      answered: false,
      unansweredSince: null,
    },
  },
  'ticket.split_off': { body: { type: 'ticket.split_off', to: other, messageId: id } },
  'ticket.split_from': { body: { type: 'ticket.split_from', from: other, messageId: id, startAt: instant } },
  'ticket.call_requested': {
    body: { type: 'ticket.call_requested', reason: 'channel_not_in_plan', offered: 'chat' },
  },
  'call.addresses_failed': {
    body: {
      type: 'call.addresses_failed',
      callId: id,
      failed: [{ url: 'wss://a.test', reason: 'timeout', status: null, server: { state: 'ok', status: null } }],
      reached: 'wss://b.test',
    },
  },
  'check.attached': {
    body: {
      type: 'check.attached',
      checkId: id,
      verdict: 'degraded',
      reasons: [{ code: 'udp_blocked', step: 'media', weight: 'degrades', about: 'media.test', value: null }],
      asked: true,
    },
  },
  'diagnosis.recorded': {
    body: {
      type: 'diagnosis.recorded',
      diagnosisId: id,
      source: { kind: 'call', callId: id },
      summary: {
        state: 'findings',
        clock: 'wall',
        fromMs: 0,
        toMs: 60_000,
        causes: [{ rule: 'packet-loss', severity: 'major', confidence: 0.9, participantId: id, effects: 2 }],
      },
    },
  },
  'escalation.started': {
    body: { type: 'escalation.started', escalationId: id, policy: { id, name: 'Production down' }, cause: 'opened' },
  },
  'escalation.stepped': {
    body: { type: 'escalation.stepped', escalationId: id, step: 1, round: 1, people: [person], nobody: false },
  },
  'escalation.acknowledged': { body: { type: 'escalation.acknowledged', escalationId: id } },
  'escalation.stopped': { body: { type: 'escalation.stopped', escalationId: id, because: 'answered' } },
  'escalation.exhausted': { body: { type: 'escalation.exhausted', escalationId: id } },
  'page.delivered': {
    body: {
      type: 'page.delivered',
      escalationId: id,
      pageId: id,
      person,
      channel: 'email',
      outcome: 'failed',
      detail: '550 no such mailbox',
      late: true,
    },
  },
  'page.seen': { body: { type: 'page.seen', pageId: id, person: { kind: 'staff', ...person } } },
  'drill.ended': { body: { type: 'drill.ended', drillId: id, because: 'complete', note: '' } },
  'routing.suggested': {
    body: { type: 'routing.suggested', engineer: person, reasons: [{ what: 'load', openTickets: 2 }] },
  },
  'routing.waiting': {
    body: {
      type: 'routing.waiting',
      why: 'off_hours',
      skills: [{ en: 'Echo', 'zh-CN': '回声' }],
      nextAt: instant,
    },
  },
};

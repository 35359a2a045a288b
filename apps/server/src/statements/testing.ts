import type { Priority, Statement, StatementRow, Target } from '@alongside/contracts';

const HOUR = 3_600_000;
const PLAN = { en: 'Enterprise 7×24', 'zh-CN': '企业版 7×24' };

/** A statement with something of everything in it, always the same. @param rows how many targets */
export function sampleStatement({ rows = 12, provisional = false } = {}): Statement {
  const all = Array.from({ length: rows }, (_, index) => sampleRow(index));
  const counted = all.filter(({ outcome }) => outcome !== 'excluded');
  const count = (of: readonly StatementRow[]) => ({
    met: of.filter(({ outcome }) => outcome === 'met').length,
    total: of.length,
  });
  const priorities: Priority[] = ['P0', 'P1', 'P2', 'P3'];
  const targets: Target[] = ['first_response', 'next_response', 'update', 'resolve'];
  return {
    organisation: { id: idOf(1), name: '晨星在线教育 Morning Star' },
    issuer: 'Lumen Live 光年直播',
    month: '2026-10',
    timeZone: 'Asia/Shanghai',
    from: '2026-09-30T16:00:00.000Z',
    to: '2026-10-31T16:00:00.000Z',
    madeUpTo: provisional ? '2026-10-20T03:04:05.678Z' : '2026-10-31T15:59:59.999Z',
    provisional,
    contract: {
      planId: idOf(2),
      planName: PLAN,
      planVersion: 3,
      monthlyFee: { amountMinor: 4_980_000, currency: 'CNY' },
    },
    attainment: {
      overall: count(counted),
      byPriority: priorities.map((priority) => ({
        priority,
        ...count(counted.filter((row) => row.priority === priority)),
      })),
      byTarget: targets.map((target) => ({ target, ...count(counted.filter((row) => row.target === target)) })),
      cells: priorities.flatMap((priority) =>
        targets.flatMap((target) => {
          const cell = count(counted.filter((row) => row.priority === priority && row.target === target));
          return cell.total > 0 ? [{ priority, target, ...cell }] : [];
        }),
      ),
    },
    credits: {
      tiers: [
        { below: 0.99, percent: 5 },
        { below: 0.95, percent: 10 },
        { below: 0.9, percent: 25 },
      ],
      percent: 10,
      amount: { amountMinor: 498_000, currency: 'CNY' },
    },
    rows: all,
    exclusions: [
      {
        ticket: { id: idOf(900), number: 90, subject: '测试消息，请忽略' },
        because: 'lead',
        at: '2026-10-13T02:00:00.000Z',
        note: '客户自行测试',
        targets: 1,
      },
    ],
  };
}

const SUBJECTS = [
  '开课后学生一直听到回声',
  'Picture stutters on the wall during the rehearsal and comes back after a minute',
  '共享屏幕后学生看到的是黑屏（课堂 9015）',
  '=HYPERLINK("x") is a subject, too',
  '聯絡人更名與發票 カタカナ Привет Łódź',
];

function sampleRow(index: number): StatementRow {
  const start = Date.parse('2026-10-01T01:00:00Z') + index * 5 * HOUR;
  const outcome = index % 12 === 11 ? 'excluded' : index % 7 === 5 ? 'breached' : 'met';
  const target = (['first_response', 'resolve', 'next_response'] as const)[index % 3]!;
  const at = (hours: number) => new Date(start + hours * HOUR).toISOString();
  const pauses = target === 'resolve' ? [{ from: at(0.5), to: at(0.75), reason: 'waiting_for_customer' as const }] : [];
  return {
    ticket: { id: idOf(100 + index), number: 81 + index, subject: SUBJECTS[index % SUBJECTS.length]! },
    cycleId: `${target}:1`,
    target,
    priority: (['P1', 'P0', 'P2'] as const)[Math.floor(index / 3) % 3]!,
    plan: { versionId: idOf(3), name: PLAN },
    startAt: at(0),
    budgetMs: 2 * HOUR,
    dueAt: at(2),
    actualAt: outcome === 'breached' ? (index % 2 === 0 ? null : at(3)) : at(1.25),
    outcome,
    because: outcome === 'excluded' ? 'lead' : null,
    usedMs: outcome === 'breached' ? 3 * HOUR : 1.25 * HOUR,
    pausedMs: pauses.length * 0.25 * HOUR,
    pauses,
  };
}

function idOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

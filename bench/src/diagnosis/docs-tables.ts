import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULTS } from './faults/index.ts';
import { type Figures, summaryRows } from './figures.ts';

type Locale = 'en' | 'zh-CN';

/** Where the figures stand in the docs: between two marks, so that a run replaces those of the run before. */
const BEGIN = '<!-- bench diagnosis: begin -->';
const END = '<!-- bench diagnosis: end -->';
const PAGES: { path: string; locale: Locale }[] = [
  { path: 'docs/benchmarks.md', locale: 'en' },
  { path: 'docs/benchmarks.zh-CN.md', locale: 'zh-CN' },
  { path: 'docs/diagnosis.md', locale: 'en' },
  { path: 'docs/diagnosis.zh-CN.md', locale: 'zh-CN' },
];
const WORDS = {
  en: {
    ran: (date: string, calls: number, minutes: number) =>
      `${date}: ${calls} calls with a fault, ${minutes} clean minutes.`,
    heads: ['', 'measured', 'aim'],
    classHeads: [
      'class',
      'what is injected',
      'calls',
      'precision',
      'recall (top 1)',
      'top 3',
      'found p50, s',
      'p95, s',
    ],
    confused: 'Taken for something else in a fifth of the calls or more:',
    none: 'No class was taken for something else in a fifth of its calls or more.',
    nothing: 'nothing',
  },
  'zh-CN': {
    ran: (date: string, calls: number, minutes: number) =>
      `${date}：${calls} 次带故障的通话，${minutes} 分钟无故障通话。`,
    heads: ['', '实测', '目标'],
    classHeads: ['类别', '注入的故障', '通话', '精确率', '召回率（首位）', '前三位', '发现时间 p50，s', 'p95，s'],
    confused: '有五分之一或更多的通话被判为别的原因：',
    none: '没有哪一类故障有五分之一或更多的通话被判为别的原因。',
    nothing: '未发现',
  },
} as const;
const SUMMARY_ZH: Record<string, string> = {
  'top 1 right': '首位原因正确',
  'top 3 right': '前三位中有正确原因',
  'precision of the first cause': '首位原因的精确率',
  'false alarms per clean hour': '每小时无故障通话的误报',
  'found within 10 s of the onset': '故障发生后 10 s 内发现',
  'found, p50 s': '发现时间 p50，s',
  'found, p95 s': '发现时间 p95，s',
};

/** Puts the figures of a run into the pages that have a place for them. @returns the paths it wrote */
export function writeDocsTables(figures: Figures, repository: string, date: string): string[] {
  return PAGES.flatMap(({ path, locale }) => {
    const file = join(repository, path);
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
    if (from < 0 || to < from) return [];
    const tables = `${BEGIN}\n\n${tablesOf(figures, locale, date)}\n\n${END}`;
    writeFileSync(file, text.slice(0, from) + tables + text.slice(to + END.length));
    return [path];
  });
}

function tablesOf(figures: Figures, locale: Locale, date: string): string {
  const words = WORDS[locale];
  const calls = figures.classes.reduce((sum, { runs }) => sum + runs, 0);
  // Chinese writes a percentage without the space.
  const inLocale = (figure: string) => (locale === 'en' ? figure : figure.replace(' %', '%'));
  const percent = (ratio: number | null) => (ratio === null ? '–' : inLocale(`${Math.round(ratio * 100)} %`));
  const seconds = (ms: number | null) => (ms === null ? '–' : (ms / 1_000).toFixed(1));
  const about = new Map(FAULTS.map((fault) => [fault.id, fault.about[locale]]));
  const classes = figures.classes.map((one) => [
    `\`${one.fault}\``,
    about.get(one.fault) ?? '',
    String(one.runs),
    percent(one.precision),
    percent(one.recall),
    percent(one.top3),
    seconds(one.foundP50Ms),
    seconds(one.foundP95Ms),
  ]);
  const summary = summaryRows(figures).map(([name, ...rest]) => [
    locale === 'en' ? name! : summaryNameZh(name!),
    ...rest.map(inLocale),
  ]);
  return [
    words.ran(date, calls, Math.round(figures.cleanMinutes)),
    tableOf(words.heads, summary),
    tableOf(words.classHeads, classes),
    confusedText(figures, locale),
  ].join('\n\n');
}

/** The name of a row of the summary in Chinese, with the minutes behind it where it has them. */
function summaryNameZh(name: string): string {
  const words = SUMMARY_ZH[name.replace(/ \(.*\)$/, '')];
  if (words === undefined) return name;
  const minutes = / \((\d+) minutes\)$/.exec(name)?.[1];
  return minutes ? `${words}（${minutes} 分钟）` : words;
}

function confusedText({ confusion: { rows, columns, counts } }: Figures, locale: Locale): string {
  const words = WORDS[locale];
  const lines = rows.flatMap((row, at) => {
    const all = counts[at]!.reduce((sum, count) => sum + count, 0);
    const others = columns.flatMap((column, index) => {
      const count = counts[at]![index]!;
      const isWrong = row === 'clean' ? column !== 'nothing' : column !== row;
      const name = column === 'nothing' ? words.nothing : `\`${column}\``;
      return isWrong && count > 0 && count * 5 >= all ? [`${name} ${count}/${all}`] : [];
    });
    return others.length === 0 ? [] : [`- \`${row}\` → ${others.join(', ')}`];
  });
  return lines.length === 0 ? words.none : `${words.confused}\n\n${lines.join('\n')}`;
}

function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

import type { DiagnosisLocale } from '../words/words.ts';
import type { DiagnosisReport, ReportedFinding } from './report.ts';

const WORDS = {
  en: {
    healthy: 'Healthy: nothing found.',
    not_enough_data: 'Not enough data: too little was measured to say that anything is wrong, or that nothing is.',
    sure: 'sure',
    to: ' to ',
    also: 'with it',
    disprovedBy: 'It would be disproved by',
    questions: 'Ask',
    endUser: 'What the user can do',
    developer: 'What the developer can do',
    operator: 'What the operator can do',
    unknown_format:
      'is of no kind this program knows: a dump of chrome://webrtc-internals or rtcstats, or a .gz or .zip of one',
    empty: 'holds nothing',
    too_large: 'unpacks to more than a gibibyte',
    damaged_archive: 'is a damaged archive',
    ENOENT: 'is not there',
    EACCES: 'may not be read',
    EISDIR: 'is a folder',
    unknown: 'could not be read',
  },
  'zh-CN': {
    healthy: '健康：没有发现问题。',
    not_enough_data: '数据不足：测量太少，既不能说有问题，也不能说没有。',
    sure: '把握',
    to: ' 至 ',
    also: '由此引起',
    disprovedBy: '以下情况可以推翻这一判断',
    questions: '请询问',
    endUser: '用户可以',
    developer: '开发者可以',
    operator: '运维可以',
    unknown_format: '的格式无法识别：需要 chrome://webrtc-internals 或 rtcstats 的转储文件，或其 .gz、.zip 压缩包',
    empty: '没有内容',
    too_large: '解压后超过 1 GiB',
    damaged_archive: '是损坏的压缩包',
    ENOENT: '不存在',
    EACCES: '没有读取权限',
    EISDIR: '是文件夹',
    unknown: '无法读取',
  },
} as const;

/** A report for people at a terminal. @returns lines, each ended */
export function asText(report: DiagnosisReport, locale: DiagnosisLocale): string {
  const words = WORDS[locale];
  if (report.verdict.state !== 'findings') return `${words[report.verdict.state]}\n`;
  return report.findings.map((finding) => section(finding, locale)).join('\n');
}

/** Why a file could not be read, in a sentence. */
export function unreadable(code: string, place: string, locale: DiagnosisLocale): string {
  const words = WORDS[locale];
  const why = code in words ? words[code as keyof typeof words] : words.unknown;
  return locale === 'en' ? `${place} ${why}.` : `${place} ${why}。`;
}

function section(finding: ReportedFinding, locale: DiagnosisLocale): string {
  const words = WORDS[locale];
  const isEffect = finding.rule !== finding.cause;
  const sure = `${Math.round(finding.confidence * 100)} % ${words.sure}`;
  const head = `${isEffect ? `  └ ${words.also}: ` : '● '}${finding.title}  [${finding.rule}, ${finding.severity}, ${sure}]`;
  const when = finding.from === finding.to ? finding.from : `${finding.from}${words.to}${finding.to}`;
  const said = `    ${finding.says}  ${when}`;
  if (isEffect) return `${head}\n${said}\n`;
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`    ${title}:`, ...lines.map((line) => `      - ${line}`)];
  return `${[
    head,
    said,
    ...list(words.questions, finding.questions),
    ...list(words.endUser, finding.remedy.endUser),
    ...list(words.developer, finding.remedy.developer),
    ...list(words.operator, finding.remedy.operator),
    ...list(words.disprovedBy, [finding.disprovedBy]),
  ].join('\n')}\n`;
}

import type { QualityEstimate } from '../quality/session-quality.ts';
import { type DiagnosisLocale, measureName, quantity, ruleTitle, streamName } from '../words/words.ts';
import type { DiagnosisReport, ReportedFinding } from './report.ts';

const WORDS = {
  en: {
    healthy: 'Healthy: nothing found.',
    not_enough_data: 'Not enough data: too little was measured to say that anything is wrong, or that nothing is.',
    sure: 'sure',
    to: ' to ',
    also: 'with it',
    alternatives: 'What was measured fits as well',
    quality: 'How it sounded (an estimate by the E-model, ITU-T G.107; 1 to 4.5)',
    worst: 'at worst',
    delay: 'Delay',
    by: 'by',
    disprovedBy: 'It would be disproved by',
    questions: 'Ask',
    endUser: 'What the user can do',
    developer: 'What the developer can do',
    operator: 'What the operator can do',
    unknown_format:
      'is of no kind this program knows: a dump of chrome://webrtc-internals or rtcstats, a page or report of Firefox’s about:webrtc, saved getStats() reports, a HAR, a log with times, or a .gz or .zip of these',
    server_dump:
      'is a dump of a Jitsi server (JVB, Jicofo, Jigasi or Jibri): it holds the server’s own counters, and nothing a browser measured; take the rtcstats dump of a participant of the same call',
    empty: 'holds nothing',
    too_large: 'unpacks to more than a gibibyte',
    damaged_archive: 'is a damaged archive',
    ENOENT: 'is not there',
    EACCES: 'may not be read',
    EISDIR: 'is a folder',
    EEXIST: 'is there already',
    unknown: 'could not be read',
  },
  'zh-CN': {
    healthy: '健康：没有发现问题。',
    not_enough_data: '数据不足：测量数据太少，既不能说有问题，也不能说没有问题。',
    sure: '把握',
    to: ' 至 ',
    also: '由此引起',
    alternatives: '测得的数据同样符合',
    quality: '听感（按 ITU-T G.107 E 模型估算，1 至 4.5 分）',
    worst: '最差',
    delay: '时延',
    by: '属于',
    disprovedBy: '以下情况可以推翻这一判断',
    questions: '请询问',
    endUser: '用户可以',
    developer: '开发者可以',
    operator: '运维可以',
    unknown_format:
      '的格式无法识别：需要 chrome://webrtc-internals 或 rtcstats 的转储文件、Firefox about:webrtc 保存的页面或报告、保存的 getStats() 报告、HAR、带时间的日志，或它们的 .gz、.zip 压缩包',
    server_dump:
      '是 Jitsi 服务器（JVB、Jicofo、Jigasi 或 Jibri）的转储：只有服务器自己的计数，没有浏览器测得的数据；请改用同一次通话中参与者的 rtcstats 转储',
    empty: '没有内容',
    too_large: '解压后超过 1 GiB',
    damaged_archive: '是损坏的压缩包',
    ENOENT: '不存在',
    EACCES: '没有读取权限',
    EISDIR: '是文件夹',
    EEXIST: '已经存在',
    unknown: '无法读取',
  },
} as const;

/** A report for people at a terminal. @returns lines, each ended */
export function asText(report: DiagnosisReport, locale: DiagnosisLocale): string {
  const words = WORDS[locale];
  const found =
    report.verdict.state === 'findings'
      ? report.findings.map((finding) => section(finding, locale))
      : [`${words[report.verdict.state]}\n`];
  const heard =
    report.quality.length === 0
      ? []
      : [`${words.quality}:\n${report.quality.map((one) => estimate(one, locale)).join('')}`];
  return [...found, ...heard].join('\n');
}

/** One line: whose sound, its score, and what it was made of. */
function estimate({ subject, score, worstScore, inputs }: QualityEstimate, locale: DiagnosisLocale): string {
  const words = WORDS[locale];
  const measures = (['bufferMs', 'lossRatio', 'concealedRatio'] as const).flatMap((measure) => {
    const value = inputs[measure];
    return value === undefined ? [] : [`${measureName(measure, locale)} ${quantity({ measure }, value, locale)}`];
  });
  const delay = `${words.delay} ${quantity({ measure: 'rttMs' }, inputs.delayMs, locale)}`;
  const made = [delay, ...measures, `R ${inputs.rating}`].join(', ');
  return `    ${score.toFixed(1)} (${words.worst} ${worstScore.toFixed(1)})  ${streamName(subject, locale)}, ${words.by} ${subject.participantId}: ${made}\n`;
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
  const sure = `${Math.round(finding.confidence * 100)}${locale === 'en' ? ' %' : '%'} ${words.sure}`;
  const head = `${isEffect ? `  └ ${words.also}: ` : '● '}${finding.title}  [${finding.rule}, ${finding.severity}, ${sure}]`;
  const when = finding.from === finding.to ? finding.from : `${finding.from}${words.to}${finding.to}`;
  const said = `    ${finding.says}  ${when}`;
  if (isEffect) return `${head}\n${said}\n`;
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`    ${title}:`, ...lines.map((line) => `      - ${line}`)];
  return `${[
    head,
    said,
    ...list(
      words.alternatives,
      finding.alternatives.map((rule) => ruleTitle(rule, locale)),
    ),
    ...list(words.questions, finding.questions),
    ...list(words.endUser, finding.remedy.endUser),
    ...list(words.developer, finding.remedy.developer),
    ...list(words.operator, finding.remedy.operator),
    ...list(words.disprovedBy, [finding.disprovedBy]),
  ].join('\n')}\n`;
}

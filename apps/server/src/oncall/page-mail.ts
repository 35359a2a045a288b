import type { EscalationCause, Locale, LocalisedText, ShiftSwap } from '@alongside/contracts';
import type { Mail } from '../platform/mail/mail.ts';
import type { PageFacts } from './page-facts.ts';
import type { PageLinks } from './page-links.ts';

type Reader = { email: string; locale: Locale };

const CAUSES: Record<EscalationCause, LocalisedText> = {
  opened: { en: 'new ticket', 'zh-CN': '新工单' },
  priority: { en: 'priority raised', 'zh-CN': '优先级上调' },
  warning: { en: 'a deadline is near', 'zh-CN': '即将到期' },
  breach: { en: 'a deadline passed', 'zh-CN': '已超时' },
  reopened: { en: 'reopened', 'zh-CN': '重新打开' },
  person: { en: 'paged by hand', 'zh-CN': '人工呼叫' },
};

/** One line that says what it is about: a mail's subject, a push message's title. */
export function pageTitle({ ticket }: PageFacts, locale: Locale): string {
  if (!ticket) return locale === 'en' ? 'Test page' : '测试呼叫';
  const drill = ticket.drill ? (locale === 'en' ? 'Drill, ' : '演练 ') : '';
  return `${drill}${ticket.priority} #${ticket.number} ${ticket.subject}`;
}

/** Why this person is paged, and about whom. */
export function pageLines({ ticket, cause, policy, by, note, round }: PageFacts, locale: Locale): string[] {
  const zh = locale === 'zh-CN';
  if (!ticket)
    return [
      zh
        ? '您从“我的呼叫”发起了这条测试呼叫，请确认已收到。'
        : 'You sent this test page from “My pages”. Please acknowledge that it arrived.',
    ];
  const customer = [ticket.contact, ticket.organisation].filter((part) => part).join(zh ? '，' : ', ');
  const why = by
    ? note
      ? zh
        ? `${by.name}呼叫您：“${note}”`
        : `${by.name} pages you: “${note}”`
      : zh
        ? `${by.name}呼叫您。`
        : `${by.name} pages you.`
    : zh
      ? `升级流程“${policy ?? ''}”：${CAUSES[cause][locale]}${round > 1 ? `，第 ${round} 轮` : ''}。`
      : `Escalation “${policy ?? ''}”: ${CAUSES[cause][locale]}${round > 1 ? `, round ${round}` : ''}.`;
  return [zh ? `客户：${customer}` : `Customer: ${customer}`, why];
}

/** The mail that pages somebody. */
export function pageMail({ email, locale }: Reader, facts: PageFacts, links: PageLinks): Mail {
  const zh = locale === 'zh-CN';
  const title = pageTitle(facts, locale);
  return {
    to: email,
    subject: zh ? `【呼叫】${title}` : `Page: ${title}`,
    text: [
      title,
      ...pageLines(facts, locale),
      zh
        ? `确认呼叫（打开后点一下按钮即可，无需登录）：\n${links.acknowledge}`
        : `Acknowledge (one button, no signing in):\n${links.acknowledge}`,
      ...(facts.ticket ? [zh ? `打开工单：\n${links.open}` : `Open the ticket:\n${links.open}`] : []),
      ...(facts.ticket
        ? [zh ? '若无人确认，将继续呼叫下一步的人员。' : 'If nobody acknowledges, the next in the chain are paged.']
        : []),
    ].join('\n\n'),
  };
}

/** The mail about a swap: to the colleague who is asked, or to the asker about the answer. */
export function swapMail({ email, locale }: Reader, swap: ShiftSwap, origin: string, timeZone: string): Mail {
  const zh = locale === 'zh-CN';
  const { asker, colleague, rotationName, back, note, state } = swap;
  const when = ({ from, to }: { from: string; to: string }) => stretchText(from, to, locale, timeZone);
  const asks = zh
    ? `${asker.name}请您代值“${rotationName}”的班：${when(swap)}。`
    : `${asker.name} asks you to take a shift of “${rotationName}”: ${when(swap)}.`;
  const answers = zh
    ? `${colleague.name}${state === 'accepted' ? '已同意' : '未同意'}代值“${rotationName}”的班：${when(swap)}。`
    : `${colleague.name} ${state === 'accepted' ? 'takes' : 'cannot take'} your shift of “${rotationName}”: ${when(swap)}.`;
  const inReturn =
    back && (zh ? `作为交换，${asker.name}代值：${when(back)}。` : `In return ${asker.name} takes ${when(back)}.`);
  const lines = [
    state === 'asked' ? asks : answers,
    ...(inReturn && state !== 'declined' ? [inReturn] : []),
    ...(note && state === 'asked' ? [zh ? `“${note}”` : `“${note}”`] : []),
    zh ? `查看值班表：\n${origin}/console/on-call` : `See who is on call:\n${origin}/console/on-call`,
  ];
  return {
    to: email,
    subject:
      state === 'asked'
        ? zh
          ? `换班请求：${rotationName}`
          : `Swap asked: ${rotationName}`
        : zh
          ? `换班${state === 'accepted' ? '已获同意' : '未获同意'}：${rotationName}`
          : `Swap ${state}: ${rotationName}`,
    text: lines.join('\n\n'),
  };
}

function stretchText(from: string, to: string, locale: Locale, timeZone: string): string {
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  });
  const stretch = format.formatRange(new Date(from), new Date(to));
  return locale === 'zh-CN' ? `${stretch}（${timeZone}）` : `${stretch} (${timeZone})`;
}

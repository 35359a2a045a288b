import type { Locale } from '@alongside/contracts';
import type { Mail } from '../platform/mail/mail.ts';

/** What an unread answer's mail tells. */
export type AnswerMail = {
  to: string;
  number: number;
  subject: string;
  workspace: string;
  /** Where the conversation goes on. */
  link: string;
  /** Oldest first. */
  messages: { by: string; body: string; fileCount: number }[];
};

/** The mail for somebody who is not looking at their ticket when the team answers. */
export function answerMail(locale: Locale, { to, number, subject, workspace, link, messages }: AnswerMail): Mail {
  const zh = locale === 'zh-CN';
  const files = (count: number) => (zh ? `［${count} 个附件］` : count === 1 ? '[1 file]' : `[${count} files]`);
  const said = messages.map(({ by, body, fileCount }) =>
    [zh ? `${by}：` : `${by}:`, body.trim(), fileCount > 0 ? files(fileCount) : '']
      .filter((line) => line !== '')
      .join('\n'),
  );
  const end = zh
    ? [`查看全部内容或回复：\n${link}`, `—— ${workspace} 支持团队（请勿直接回复此邮件）`]
    : [`See everything, or answer:\n${link}`, `${workspace} support (answers to this mail are not read)`];
  return {
    to,
    subject: zh ? `回复：${subject}（#${number}）` : `Re: ${subject} (#${number})`,
    text: [...said, ...end].join('\n\n'),
  };
}

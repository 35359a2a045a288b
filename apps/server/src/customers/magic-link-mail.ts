import type { Locale } from '@alongside/contracts';
import type { Mail } from '../platform/mail/mail.ts';

/**
 * The mail that signs a customer in.
 * @param link the address with the one-time token
 * @param name of the person, where known
 */
export function magicLinkMail(
  locale: Locale,
  { to, link, workspace, name }: { to: string; link: string; workspace: string; name: string | null },
): Mail {
  if (locale === 'zh-CN')
    return {
      to,
      subject: `登录 ${workspace} 支持中心`,
      text: [
        name === null ? '您好：' : `${name}，您好：`,
        `请点击以下链接登录 ${workspace} 支持中心：`,
        link,
        '链接 15 分钟内有效，且只能使用一次。',
        '如果这不是您本人的操作，请忽略此邮件：没有此链接，任何人都无法登录。',
      ].join('\n\n'),
    };
  return {
    to,
    subject: `Sign in to ${workspace} support`,
    text: [
      name === null ? 'Hello,' : `Hello ${name},`,
      `open this link to sign in to ${workspace} support:`,
      link,
      'It works once, within 15 minutes.',
      'If you did not ask for it, ignore this mail: nobody can sign in without the link.',
    ].join('\n\n'),
  };
}

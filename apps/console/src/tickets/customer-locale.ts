import { chooseLocale, type Locale, type TicketView } from '@alongside/contracts';

const HAN = /\p{Script=Han}/u;
/** So many words in Latin letters are no pasted error code. */
const SENTENCE = /(?:\p{Script=Latin}{2,}[\s,.!?’']+){4}/u;

/**
 * The language to answer a customer in: that of what they write, else of their browser.
 * @returns one of ours
 */
export function customerLocale({ entries, context }: Pick<TicketView, 'entries' | 'context'>): Locale {
  const written = entries.flatMap((entry) =>
    entry.kind === 'message' && entry.by.kind === 'customer' ? [entry.body] : [],
  );
  for (const body of written.toReversed()) {
    if (HAN.test(body)) return 'zh-CN';
    if (SENTENCE.test(`${body} `)) return 'en';
  }
  return chooseLocale(context.language ? [context.language] : []);
}

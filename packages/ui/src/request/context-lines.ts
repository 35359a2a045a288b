import type { TicketContext } from '@alongside/contracts';

/** One fact that is sent along. `key` is null for the host page's own ones, which bring their names. */
export type ContextLine = {
  id: string;
  key: Exclude<keyof TicketContext, 'custom'> | typeof WATCHED_CALL | null;
  name: string;
  value: string;
};

/** Id of the line that tells of a call the page has watched; no fact of the context, but sent along like one. */
export const WATCHED_CALL = 'watchedCall';

// What helps most stands first: the summary names the first few.
const ORDER: readonly Exclude<keyof TicketContext, 'custom'>[] = [
  'browser',
  'platform',
  'timeZone',
  'pageUrl',
  'pageTitle',
  'appVersion',
  'screen',
  'language',
  'connection',
  'userAgent',
];

/** The facts as lines for a person, in a fixed order: ours, then the host page's. */
export function contextLines(context: TicketContext): ContextLine[] {
  const own = ORDER.flatMap((key): ContextLine[] => {
    const value = context[key];
    return value ? [{ id: key, key, name: key, value }] : [];
  });
  const custom = Object.entries(context.custom ?? {}).map(
    ([name, value]): ContextLine => ({ id: `custom.${name}`, key: null, name, value }),
  );
  return [...own, ...custom];
}

/**
 * The context without what the customer does not want to share.
 * @param withheld ids of lines
 */
export function withoutLines(context: TicketContext, withheld: ReadonlySet<string>): TicketContext {
  const kept: TicketContext = {};
  for (const { id, key, name, value } of contextLines(context)) {
    if (withheld.has(id) || key === WATCHED_CALL) continue;
    if (key) kept[key] = value;
    else kept.custom = { ...kept.custom, [name]: value };
  }
  return kept;
}

/** Lists show this much of the last message, in code points. */
export const PREVIEW_MAX_LENGTH = 140;

/**
 * One line that stands for a message in a list.
 * @param body the message's text, any length
 * @returns white space folded to single blanks, cut at a code point (never inside a surrogate pair)
 */
export function messagePreview(body: string): string {
  const oneLine = body
    .slice(0, PREVIEW_MAX_LENGTH * 8)
    .replace(/\s+/g, ' ')
    .trim();
  const characters = Array.from(oneLine);
  return characters.length <= PREVIEW_MAX_LENGTH ? oneLine : `${characters.slice(0, PREVIEW_MAX_LENGTH - 1).join('')}…`;
}

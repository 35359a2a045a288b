import type { ActorRef, FileRef, TicketHead } from '@alongside/contracts';

/** Lists show this much of the last message, in code points. */
export const PREVIEW_MAX_LENGTH = 140;

/**
 * What lists know of a ticket's last public message. An internal note never becomes one: its words and the names of its
 * files are not for customers.
 */
export function lastMessageOf(
  by: ActorRef,
  at: string,
  message: { body: string; files: readonly FileRef[] },
): NonNullable<TicketHead['lastMessage']> {
  const [first] = message.files;
  return {
    by,
    at,
    preview: messagePreview(message.body),
    fileCount: message.files.length,
    firstFile: first ? { name: first.name, mediaType: first.mediaType } : null,
  };
}

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

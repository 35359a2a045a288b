import { freshRequestIds } from '@alongside/client';
import type { Priority, Topic } from '@alongside/contracts';
import { PRIORITIES } from '@alongside/contracts';
import { keep, readKept } from './kept.ts';

/**
 * What belongs to a request beside its text and files (the draft keeps those). The ids are made once per request and
 * kept: sending again after a lost answer, even after a reload, opens no second ticket.
 */
export type Attempt = {
  ticketId: string;
  messageId: string;
  topic: string | null;
  priority: Priority;
  /** It concerns what runs in production. */
  production: boolean;
  /** Ids of the context lines left out. */
  withheld: readonly string[];
  /** Files that went with the first sending; null before it. */
  fileIds: readonly string[] | null;
};

/** Each person's own: one browser may serve several, one after the other. */
const nameOf = (personId: string) => `alongside.request.${personId}`;

/** A request nobody has begun. */
export function freshAttempt(): Attempt {
  return {
    ...freshRequestIds(),
    topic: null,
    priority: 'P2',
    production: false,
    withheld: [],
    fileIds: null,
  };
}

/** The request a person is writing in this browser, or a fresh one. */
export function recallAttempt(personId: string): Attempt {
  const fresh = freshAttempt();
  try {
    const value = JSON.parse(readKept(nameOf(personId), 'browser') ?? '') as Partial<Attempt>;
    if (typeof value.ticketId !== 'string' || typeof value.messageId !== 'string') return fresh;
    return {
      ticketId: value.ticketId,
      messageId: value.messageId,
      topic: typeof value.topic === 'string' ? value.topic : null,
      priority: PRIORITIES.find((priority) => priority === value.priority) ?? 'P2',
      production: value.production === true,
      withheld: Array.isArray(value.withheld) ? value.withheld.map(String) : [],
      fileIds: Array.isArray(value.fileIds) ? value.fileIds.map(String) : null,
    };
  } catch {
    return fresh;
  }
}

/** Keeps it; null when it was sent. */
export function rememberAttempt(personId: string, attempt: Attempt | null): void {
  keep(nameOf(personId), attempt && JSON.stringify(attempt), 'browser');
}

/** Gives the request a person is writing a topic from outside of its form, before that is shown; one that is not known says nothing. */
export function aboutTopic(personId: string, topicId: string, topics: readonly Pick<Topic, 'id'>[]): void {
  if (topics.some(({ id }) => id === topicId))
    rememberAttempt(personId, { ...recallAttempt(personId), topic: topicId });
}

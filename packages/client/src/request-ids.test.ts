import { expect, it } from 'vitest';
import { ApiError, type ApiErrorCode } from './api-error.ts';
import { freshRequestIds, type RequestIds, sendUnder } from './request-ids.ts';

const refusal = (code: ApiErrorCode) => new ApiError({ code, message: code, status: 409, retry: false });

/** A desk that knows some tickets already. */
function createDesk(known: readonly string[], code: ApiErrorCode = 'id_conflict') {
  const asked: string[] = [];
  const open = async ({ ticketId }: RequestIds) => {
    asked.push(ticketId);
    if (known.includes(ticketId)) throw refusal(code);
    return ticketId;
  };
  return { asked, open };
}

const old: RequestIds = { ticketId: 'old', messageId: 'old' };

it('a request whose ids are taken goes once more under others, which are kept', async () => {
  const desk = createDesk(['old']);
  let kept = old;
  const opened = await sendUnder(old, () => (kept = freshRequestIds()), desk.open);
  expect(opened).toBe(kept.ticketId);
  expect(desk.asked).toEqual(['old', kept.ticketId]);
  expect(kept.messageId).not.toBe('old');
});

it('goes no third time, and not again for any other refusal', async () => {
  const all = createDesk(['old', 'new']);
  await expect(sendUnder(old, () => ({ ticketId: 'new', messageId: 'new' }), all.open)).rejects.toMatchObject({
    code: 'id_conflict',
  });
  expect(all.asked).toEqual(['old', 'new']);
  const full = createDesk(['old'], 'file_missing');
  await expect(sendUnder(old, freshRequestIds, full.open)).rejects.toMatchObject({ code: 'file_missing' });
  expect(full.asked).toEqual(['old']);
});

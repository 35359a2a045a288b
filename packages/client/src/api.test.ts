import { CSRF_HEADER, joinCall, listTickets, updateMe } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { createApi, routeAddress } from './api.ts';
import { ApiError } from './api-error.ts';

type Seen = { url: string; init: RequestInit };

function apiThat(answer: (seen: Seen) => Response | Promise<Response>) {
  const seen: Seen[] = [];
  const api = createApi({
    baseUrl: 'https://desk.example',
    side: 'staff',
    token: () => 'secret',
    locale: () => 'zh-CN',
    fetch: async (input, init) => {
      const call = { url: String(input), init: init ?? {} };
      seen.push(call);
      return answer(call);
    },
  });
  return { api, seen };
}

async function errorOf(work: Promise<unknown>): Promise<ApiError> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(ApiError);
  return thrown as ApiError;
}

describe('createApi', () => {
  it('fills the path and the query and carries who asks', async () => {
    const { api, seen } = apiThat(() => Response.json({ tickets: [], next: null, counts: {}, position: 4 }));
    await api.call(listTickets, { query: { view: 'mine', search: 'a&b' } });
    expect(seen[0]!.url).toBe('https://desk.example/api/tickets?view=mine&search=a%26b');
    expect(seen[0]!.init.headers).toMatchObject({
      [CSRF_HEADER]: 'staff',
      'accept-language': 'zh-CN',
      authorization: 'Bearer secret',
    });
    expect(routeAddress('/api/calls/:id/join', { id: 'a/b' }, { since: undefined })).toBe('/api/calls/a%2Fb/join');
  });

  it('compresses a body when asked to, except for a last word', async () => {
    const { api, seen } = apiThat(() => Response.json({}));
    const input = { params: { id: 'c' }, body: { agreesToRecording: true } };
    await api.call(joinCall, input, { gzip: true });
    await api.call(joinCall, input, { gzip: true, keepalive: true });
    expect(seen[0]!.init.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': 'application/json' });
    const unpacked = new Blob([seen[0]!.init.body as ArrayBuffer])
      .stream()
      .pipeThrough(new DecompressionStream('gzip'));
    expect(await new Response(unpacked).json()).toEqual(input.body);
    expect(seen[1]!.init.headers).not.toHaveProperty('content-encoding');
    expect(seen[1]!.init.body).toBe(JSON.stringify(input.body));
  });

  it('turns the server’s refusal into an error with its fields', async () => {
    const { api } = apiThat(() =>
      Response.json(
        {
          error: {
            code: 'invalid_input',
            message: 'Please check',
            retry: false,
            field: 'name',
            issues: [{ field: 'name', message: 'too long' }],
          },
        },
        { status: 422 },
      ),
    );
    const error = await errorOf(api.call(updateMe, { body: { name: 'x' } }));
    expect(error).toMatchObject({ code: 'invalid_input', status: 422, retry: false, field: 'name' });
  });

  it('tells how long to wait', async () => {
    const reply = { error: { code: 'rate_limited', message: 'Wait', retry: true, details: { seconds: 3 } } };
    const fromDetails = apiThat(() => Response.json(reply, { status: 429 }));
    expect((await errorOf(fromDetails.api.call(updateMe, { body: {} }))).retryAfterMs).toBe(3_000);
    const fromHeader = apiThat(() => Response.json(reply, { status: 429, headers: { 'retry-after': '7' } }));
    expect((await errorOf(fromHeader.api.call(updateMe, { body: {} }))).retryAfterMs).toBe(7_000);
  });

  it('says offline, aborted and unreadable apart, in the reader’s language', async () => {
    const offline = apiThat(() => {
      throw new TypeError('fetch failed');
    });
    expect(await errorOf(offline.api.call(updateMe, { body: {} }))).toMatchObject({
      code: 'offline',
      retry: true,
      message: '无法连接到服务，请检查网络。',
    });
    const aborted = apiThat(({ init }) => {
      init.signal!.throwIfAborted();
      return Response.json({});
    });
    const stop = AbortSignal.abort();
    expect((await errorOf(aborted.api.call(updateMe, { body: {} }, { signal: stop }))).code).toBe('aborted');
    const proxy = apiThat(() => new Response('<html>Bad gateway</html>', { status: 502 }));
    expect(await errorOf(proxy.api.call(updateMe, { body: {} }))).toMatchObject({ code: 'bad_reply', retry: true });
    const changed = apiThat(() => new Response('<html>Welcome to the hotel</html>'));
    const params = { id: '00000000-0000-4000-8000-000000000001' };
    expect((await errorOf(changed.api.call(joinCall, { params, body: {} }))).code).toBe('bad_reply');
  });
});

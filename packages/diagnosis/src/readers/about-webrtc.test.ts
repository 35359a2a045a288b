import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskFile } from '../masking/mask-file.ts';
import { emptyMaskingReport } from '../masking/report.ts';
import type { SessionEvent } from '../model/events.ts';
import type { Session } from '../model/session.ts';
import { pieces } from '../testing.ts';
import { diagnose } from '../verdict/report.ts';
import { readSessions } from './read-sessions.ts';

/**
 * Pages that the “Save Page” button of Firefox 153 (ESR) wrote, headless, of two connections of one page that call each
 * other over 192.0.2.2 and 2001:db8::2: as they are, and
 * - failed: the one end was given two addresses where nobody is, the other end none; the TURN server does not answer
 * - closed: both connections were closed
 * - relayed, refused: over a coturn alone, with its password and with another one
 * - lost: the process of the other end was killed 45 s before
 * - unreachable: over TURN servers alone, of which one has a name that nobody knows
 */
const page = (name: string) =>
  gunzipSync(readFileSync(new URL(`./fixtures/about-webrtc-153-${name}.html.gz`, import.meta.url)));

async function read(bytes: Uint8Array | string, size?: number): Promise<Session> {
  const given = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  for await (const { session } of readSessions('aboutWebrtc.html', pieces(given, size))) return session;
  throw new Error('nothing was read');
}
const rulesOf = (session: Session) => diagnose(session, 'en').findings.map(({ rule }) => rule);
const of = <T extends SessionEvent['type']>({ events }: Session, type: T) =>
  events.filter((event): event is Extract<SessionEvent, { type: T }> => event.type === type);
const lastState = (session: Session, connectionId: string) =>
  of(session, 'ice_state').findLast((event) => event.connectionId === connectionId)?.state;

describe('a call that goes on', async () => {
  const session = await read(page('connected'));
  const [receiver, sender] = session.connections;

  test('has its connections, with the servers they were given', () => {
    expect(session).toMatchObject({ format: 'about_webrtc', clock: 'wall', problems: [] });
    expect(session.connections).toMatchObject([
      { id: '{6ea2415c-0bec-4f41-9873-387ed53ee7a1}', iceServers: [], transportPolicy: 'all' },
      { id: '{834c4804-e3ea-4678-b78a-82561a3f5517}', iceServers: ['stun:127.0.0.1:3478'] },
    ]);
    expect(sender!.url).toBe('http://127.0.0.1:42991/room/42?name=%E5%BC%A0');
    expect(sender!.samples.length).toBe(1);
    expect(sender!.samples.value('availableOutgoingBps', 0)).toBe(4_553_136);
    expect(new Date(sender!.samples.atMs(0)).toISOString()).toBe('2026-11-22T12:09:12.008Z');
  });

  test('has one sample of each stream: all of its time', () => {
    const known = session.tracks.map(({ connectionId, direction, mimeType, ssrc }) => [
      connectionId,
      direction,
      mimeType,
      ssrc,
    ]);
    expect(known).toEqual([
      [receiver!.id, 'receive', 'audio/opus', 869229014],
      [receiver!.id, 'receive', 'video/VP8', 1961477991],
      [receiver!.id, 'send', 'audio/opus', 1963598727],
      [sender!.id, 'receive', 'audio/opus', 1963598727],
      [sender!.id, 'send', 'audio/opus', 869229014],
      [sender!.id, 'send', 'video/VP8', 1961477991],
    ]);
    expect(session.tracks.every(({ samples }) => samples.length === 1)).toBe(true);
    const [, seen, spoken] = session.tracks.map(({ samples }) => samples);
    expect(seen!.value('packets', 0)).toBe(645);
    expect(seen!.value('lossRatio', 0)).toBe(0);
    expect(seen!.value('jitterMs', 0)).toBeCloseTo(1.91, 2);
    expect(seen!.value('bitrateBps', 0)).toBe(446_400);
    expect(seen!.value('framesPerSecond', 0)).toBeCloseTo(29.7, 1);
    expect([seen!.value('widthPx', 0), seen!.value('heightPx', 0)]).toEqual([640, 480]);
    expect(spoken!.value('remoteRttMs', 0)).toBeCloseTo(3.586);
    expect(spoken!.value('remoteJitterMs', 0)).toBeCloseTo(6.395);
  });

  test('tells what happened, as far as the page says when', () => {
    expect(of(session, 'pair_selected')).toMatchObject([
      { local: { type: 'host', address: '192.0.2.2', port: 59357 }, remote: { port: 36130 } },
      { local: { port: 36130 }, remote: { port: 59357 } },
    ]);
    expect(of(session, 'first_frame')[0]!.atMs).toBe(1795349333707);
    expect(of(session, 'codec_chosen')).toHaveLength(6);
    expect(lastState(session, receiver!.id)).toBe('connected');
    expect(of(session, 'candidate').filter(({ side }) => side === 'local')).toHaveLength(8);
    expect(session.logs[0]).toMatchObject({ atMs: null, text: '+++++++ BEGIN (process id 15022) ++++++++' });
    expect(session.logs.at(-1)!.text).toMatch(/\+ END \(process/);
  });

  test('is one moment: of the call itself nothing is judged', () => {
    // That the STUN server gave nothing is told by the log.
    expect(rulesOf(session)).toEqual(['ice-server-unreachable']);
    const withoutServers = { ...session, events: session.events.filter(({ type }) => type !== 'candidate_error') };
    expect(diagnose(withoutServers, 'en')).toMatchObject({ verdict: { state: 'not_enough_data' }, quality: [] });
  });
});

describe('connections that did not come about', () => {
  test('ICE failed, and the relay does not answer', async () => {
    const session = await read(page('failed'));
    const [other, caller] = session.connections.map(({ id }) => id);
    expect(lastState(session, caller!)).toBe('failed');
    // It had no candidates of the other end, so no pairs: the log alone tells it.
    expect(lastState(session, other!)).toBe('failed');
    expect(of(session, 'candidate_error')[0]).toMatchObject({
      connectionId: caller,
      url: 'turn:127.0.0.1:3479?transport=udp',
      code: 701,
    });
    expect(rulesOf(session)).toEqual(expect.arrayContaining(['ice-failed', 'ice-server-unreachable', 'host-only']));
    expect(rulesOf(session)).not.toContain('dtls-stuck');
  });

  test('the relay refuses the password', async () => {
    const session = await read(page('refused'));
    expect(session.connections.map(({ transportPolicy }) => transportPolicy)).toEqual(['relay', 'relay']);
    expect(new Set(of(session, 'candidate_error').map(({ code }) => code))).toEqual(new Set([401]));
    expect(new Set(rulesOf(session))).toEqual(new Set(['turn-unauthorized', 'no-candidates']));
  });

  test('a relay by a name that nobody knows', async () => {
    const session = await read(page('unreachable'));
    expect(of(session, 'candidate_error')[0]).toMatchObject({
      url: 'turn:turn.example.invalid:3478?transport=tcp',
      code: 701,
    });
    expect(rulesOf(session)).toEqual(expect.arrayContaining(['ice-failed', 'ice-server-unreachable']));
  });
});

test('a call over a relay is no fault, though a first answer of 401 is in its log', async () => {
  const session = await read(page('relayed'));
  expect(of(session, 'pair_selected')).toMatchObject([
    { local: { type: 'relay', relayProtocol: 'udp' }, remote: { type: 'relay' } },
    { local: { type: 'relay' }, remote: { type: 'relay' } },
  ]);
  expect(of(session, 'candidate_error')).toEqual([]);
  expect(diagnose(session, 'en').verdict).toEqual({ state: 'not_enough_data', causes: [] });
});

test('a call that was hung up has no streams any more, and is no fault', async () => {
  const session = await read(page('closed'));
  expect(session.tracks).toEqual([]);
  expect(of(session, 'connection_state').map(({ state }) => state)).toEqual(['closed', 'closed']);
  expect(session.connections.map(({ id }) => lastState(session, id))).toEqual(['connected', 'connected']);
  expect(diagnose(session, 'zh-CN').verdict).toEqual({ state: 'not_enough_data', causes: [] });
});

test('is the same in pieces of any size', async () => {
  const bytes = page('failed');
  expect(JSON.stringify(await read(bytes, 7))).toBe(JSON.stringify(await read(bytes, bytes.length)));
});

test('a Chinese Firefox writes its words broken: nothing depends on them', async () => {
  // 数据 and 连接 as their lower bytes; 吼 is one that looks like the beginning of a tag.
  const words = Buffer.concat([Buffer.from([0x70, 0x6e, 0xde, 0xa5, 0x3c]), Buffer.from('/')]).toString('latin1');
  const text = Buffer.from(page('failed')).toString('latin1');
  const broken = text.replaceAll(/(data-l10n-id="about-webrtc-[\w-]+"(?: title="[^"]*")?>)[^<]+/g, `$1${words}`);
  expect(broken).not.toBe(text);
  const session = await read(Buffer.from(broken, 'latin1'));
  expect(session.problems).toEqual([]);
  expect(session.events).toEqual((await read(page('failed'))).events);
});

test('the page saved by the browser’s own menu is read too', async () => {
  const around = (html: string) =>
    `<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title data-l10n-id="about-webrtc-document-title">WebRTC</title>` +
    `<script>if (1 < 2) "<div>"</script></head><body id="body">${html}<div id="controls"></div></body></html>`;
  const session = await read(Buffer.from(around(Buffer.from(page('closed')).toString('latin1')), 'latin1'));
  expect(session.events).toEqual((await read(page('closed'))).events);
});

test('Firefox before 110 named streams by their statistics, and had the heading before the name', async () => {
  const name = '1650000000000000 (id=7 url=https://call.example/a)';
  const session = await read(
    `<div id="content"><div class="stats"><span class="section-heading"><h3 data-l10n-id="about-webrtc-stats-heading">Stats</h3></span>` +
      `<div class="peer-connection"><h3 data-l10n-id="about-webrtc-connection-closed" data-l10n-args="{&quot;browser-id&quot;:1,&quot;id&quot;:&quot;7&quot;,&quot;url&quot;:&quot;https://call.example/a&quot;,&quot;now&quot;:&quot;2022-04-15T05:20:10.000Z&quot;}">x</h3>` +
      `<div id="ice-stats: ${name}"><table><tr><th data-l10n-id="about-webrtc-ice-state">ICE</th><th data-l10n-id="about-webrtc-nominated">N</th><th data-l10n-id="about-webrtc-selected">S</th><th data-l10n-id="about-webrtc-local-candidate">L</th><th data-l10n-id="about-webrtc-remote-candidate">R</th></tr>` +
      `<tr><td>succeeded</td><td>true</td><td>true</td><td>192.0.2.7:9/udp(relay-tls)</td><td>a1b2.local:5/udp(prflx)</td></tr></table></div>` +
      `<div id="rtp-stats: ${name}"><div><h5>inbound_rtp_audio_0</h5><div></div><div><span data-l10n-id="about-webrtc-type-local">Local</span><span>: </span><span>07:20:10 GMT+0200 (CEST) inbound-rtp SSRC: 5</span>` +
      `<span data-l10n-id="about-webrtc-received-label" data-l10n-args="{&quot;packets&quot;:90}">90</span><span data-l10n-id="about-webrtc-lost-label" data-l10n-args="{&quot;packets&quot;:10}">10</span></div></div></div></div></div></div>`,
  );
  expect(session.problems).toEqual([]);
  expect(session.connections).toMatchObject([{ id: name.slice(0, 100), url: 'https://call.example/a' }]);
  expect(of(session, 'pair_selected')).toMatchObject([
    {
      atMs: Date.UTC(2022, 3, 15, 5, 20, 10),
      local: { relayProtocol: 'tls' },
      remote: { type: 'prflx', address: 'a1b2.local' },
    },
  ]);
  expect(session.tracks).toMatchObject([{ direction: 'receive', kind: 'audio', ssrc: 5 }]);
  expect(session.tracks[0]!.samples.value('lossRatio', 0)).toBeCloseTo(0.1);
});

test('a connection lost after it stood, by its log and by its pair alone', async () => {
  const text = page('lost').toString('latin1');
  const cleared = text.replaceAll(/<p>(?:ICE|STUN|\+)[^<]*<\/p>/g, '');
  expect(cleared).not.toContain('onsent');
  for (const one of [text, cleared]) {
    const session = await read(Buffer.from(one, 'latin1'));
    expect(of(session, 'ice_state').map(({ state }) => state)).toEqual(['checking', 'connected', 'failed']);
    expect(diagnose(session, 'en').findings).toMatchObject([{ rule: 'ice-failed', severity: 'critical' }]);
  }
});

test('what stands in its SDP: a kind of media that was declined, and a restart', async () => {
  const text = Buffer.from(page('connected')).toString('latin1');
  const declined = text.replaceAll(/^m=audio 9 (?=UDP)/gm, 'm=audio 0 ');
  expect(of(await read(page('connected')), 'media_rejected')).toEqual([]);
  expect(of(await read(Buffer.from(declined, 'latin1')), 'media_rejected')).toEqual([]);
  const pre = (isLocal: boolean, atMs: number, sdp: string) =>
    `<h4 data-l10n-id="about-webrtc-${isLocal ? 'local' : 'remote'}-sdp-heading">x</h4><h5 data-l10n-id="about-webrtc-sdp-set-timestamp" data-l10n-args="{&quot;timestamp&quot;:${atMs}}">x</h5><pre>${sdp}</pre>`;
  const sdp = (port: number, user: string) =>
    `v=0\nm=audio 9 UDP/TLS/RTP/SAVPF 109\na=ice-ufrag:${user}\nm=video ${port} UDP/TLS/RTP/SAVPF 120\n`;
  const session = await read(
    `<div id="content"><div id="ice-stats: {a}"><h4 data-l10n-id="about-webrtc-ice-stats-heading">x</h4>${pre(true, 1_700_000_000_000, sdp(9, 'a'))}${pre(true, 1_700_000_020_000, sdp(9, 'b'))}${pre(false, 1_700_000_001_000, sdp(0, 'c'))}</div></div>`,
  );
  expect(of(session, 'media_rejected')).toMatchObject([{ kind: 'video', atMs: 1_700_000_001_000 }]);
  expect(of(session, 'ice_restarted')).toMatchObject([{ atMs: 1_700_000_020_000 }]);
});

describe('a page that is no good any more', () => {
  test('cut anywhere, what was before is kept and the place is told', async () => {
    const bytes = page('failed');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1_000, max: bytes.length - 1 }), async (length) => {
        const { problems, connections } = await read(bytes.subarray(0, length), 20_000);
        expect(problems).toEqual([{ code: 'truncated', place: expect.stringMatching(/^character \d+, in div/) }]);
        expect(connections.length).toBeGreaterThan(0);
      }),
      { numRuns: 30 },
    );
  });

  test('damaged anywhere, never throws', async () => {
    const bytes = page('relayed');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1_000, max: bytes.length - 60 }),
        fc.oneof(
          fc.uint8Array({ minLength: 1, maxLength: 50 }),
          fc
            .constantFrom('</table>', '<td>', '"', '{}', '[[', '9e99', '<h3 data-l10n-id="about-webrtc-log-heading">')
            .map((text) => Buffer.from(text)),
        ),
        async (at, noise) => {
          const damaged = Buffer.from(bytes);
          damaged.set(noise, at);
          await read(damaged, 20_000);
        },
      ),
      { numRuns: 30 },
    );
  });

  test.each<[string, string]>([
    ['rows', '<tr><td>failed</td><td>false</td><td>false</td><td>192.0.2.1:1/udp(host)</td><td>*</td></tr>'],
    [
      'lists',
      '<table><tr><th data-l10n-id="about-webrtc-raw-local-candidate"></th></tr><tr><td>host(IP4:192.0.2.1:1/UDP)</td></tr></table>',
    ],
    ['columns', '<th data-l10n-id="about-webrtc-ice-state"></th>'],
    [
      'pictures',
      '<table><tr><th data-l10n-id="about-webrtc-width-px"></th><th data-l10n-id="about-webrtc-first-frame-timestamp"></th><th data-l10n-id="about-webrtc-last-frame-timestamp"></th></tr><tr><td>1</td><td>2</td><td>3</td></tr></table>',
    ],
    ['streams', '<h5>audio/opus - SSRC 1</h5><span>00:00:00 GMT outbound-rtp</span>'],
    ['servers', '<div class="peer-connection-config">urls: ["turn:192.0.2.1"]<br>urls: nonsense<br></div>'],
  ])('more %s than any call has are left out', async (_, part) => {
    const head =
      '<div id="content"><div id="ice-stats: {a} 1795349332868051 (id=1 url=x)"><table><tr>' +
      ['ice-state', 'nominated', 'selected', 'local-candidate', 'remote-candidate']
        .map((id) => `<th data-l10n-id="about-webrtc-${id}"></th>`)
        .join('') +
      '</tr>';
    const session = await read(`${head}${part.repeat(3_000)}</table></div></div>`);
    expect(session.events.length).toBeLessThan(1_100);
    expect(session.tracks.length).toBeLessThan(501);
    expect(session.problems.length).toBeLessThan(101);
  });
});

test('masked, it is judged the same', async () => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of maskFile('a.html', pieces(page('refused')), { addresses: false }, emptyMaskingReport()))
    chunks.push(chunk);
  const masked = Buffer.concat(chunks);
  expect(masked.toString('latin1')).not.toMatch(/ice-pwd:[0-9a-f]{32}/);
  expect(new Set(rulesOf(await read(masked)))).toEqual(new Set(rulesOf(await read(page('refused')))));
});

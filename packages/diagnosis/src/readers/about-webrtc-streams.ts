import { MOST_ROWS, type Stream } from './about-webrtc-call.ts';

/** @returns what fills the gaps of a text in the page, by name; empty where that is not written as it should be */
export function argumentsOf(json: string | null): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(json ?? '{}');
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** @returns the number a cell holds; null for none, and for what Firefox writes in its place */
export function numberIn(text: string): number | null {
  return /^-?\d{1,15}(?:\.\d{1,20})?$/.test(text) ? Number(text) : null;
}

type Sums = { packets: number | null; packetsLost: number | null; jitterMs: number | null; rttMs: number | null };
type Draft = {
  ssrc: number | null;
  mimeType: string | null;
  kind: 'audio' | 'video' | null;
  direction: 'send' | 'receive' | null;
  bitrateBps: number | null;
  framesDropped: number | null;
  isDropped: boolean;
  side: 'local' | 'remote' | null;
  local: Sums;
  remote: Sums;
};

const noSums = (): Sums => ({ packets: null, packetsLost: null, jitterMs: null, rttMs: null });

/** Puts RTP streams together from the sentences that about:webrtc makes of them. */
export class StreamTexts {
  #drafts: Draft[] = [];

  /**
   * @param name of the element
   * @param id of its text, empty where it is of no language
   * @param args what fills the gaps of that text, JSON
   */
  text(name: string, id: string, args: string | null, text: string): void {
    if (name === 'h5' && id === '') {
      this.#begin(text);
      return;
    }
    const draft = this.#drafts.at(-1);
    if (!draft || name !== 'span') return;
    const sums = draft.side === 'remote' ? draft.remote : draft.local;
    const given = (member: string) => {
      const value = argumentsOf(args)[member];
      return typeof value === 'number' && Number.isFinite(value) ? value : null;
    };
    const { isDropped } = draft;
    draft.isDropped = id === 'about-webrtc-dropped-frames-label';
    switch (id) {
      case 'about-webrtc-type-local':
        draft.side = 'local';
        break;
      case 'about-webrtc-type-remote':
        draft.side = 'remote';
        break;
      case 'about-webrtc-received-label':
      case 'about-webrtc-sent-label':
        sums.packets = given('packets');
        break;
      case 'about-webrtc-lost-label':
        sums.packetsLost = given('packets');
        break;
      case 'about-webrtc-jitter-label': {
        const seconds = given('jitter');
        sums.jitterMs = seconds === null ? null : seconds * 1_000;
        break;
      }
      case 'about-webrtc-frames':
        draft.kind ??= 'video';
        break;
      case '':
        if (isDropped) draft.framesDropped = numberIn(text.trim());
        else plain(draft, sums, text);
    }
  }

  /** @returns the streams since the last time */
  take(): Stream[] {
    return this.#drafts.splice(0).flatMap((draft): Stream[] => {
      const { kind, direction, local, remote, ssrc, mimeType, bitrateBps, framesDropped } = draft;
      if (kind === null || direction === null) return [];
      const { packets, packetsLost, jitterMs } = local;
      return [
        {
          id: null,
          direction,
          kind,
          ssrc,
          mimeType,
          packets,
          packetsLost,
          jitterMs,
          bitrateBps,
          framesDropped,
          remote,
        },
      ];
    });
  }

  /** `audio/opus - SSRC 1`; before Firefox 110 the statistic's id. */
  #begin(text: string): void {
    if (this.#drafts.length >= MOST_ROWS) return;
    const mimeType = /^((?:audio|video)\/[\w.+-]{1,40}) - /.exec(text)?.[1] ?? null;
    const kind = /audio|video/.exec(text)?.[0] as 'audio' | 'video' | undefined;
    this.#drafts.push({
      ssrc: numberIn(/SSRC (\d+)/.exec(text)?.[1] ?? ''),
      mimeType,
      kind: kind ?? null,
      direction: null,
      bitrateBps: null,
      framesDropped: null,
      isDropped: false,
      side: null,
      local: noSums(),
      remote: noSums(),
    });
  }
}

/** What is of no language: the time and type of a statistic, a size with its rate, a round trip. */
function plain(draft: Draft, sums: Sums, text: string): void {
  const type = /\b(remote-)?(inbound|outbound)-rtp(?: SSRC: (\d+))?$/.exec(text.trim());
  if (type && type[1] === undefined) {
    draft.direction = type[2] === 'inbound' ? 'receive' : 'send';
    draft.ssrc ??= numberIn(type[3] ?? '');
  }
  // KBps are 1 000 bytes a second; it is 0.0 until the page was refreshed once.
  const rate = numberIn(/, (\d+\.\d) KBps\)$/.exec(text.trim())?.[1] ?? '');
  if (rate !== null && rate > 0 && draft.side === 'local') draft.bitrateBps = rate * 8_000;
  const roundTrip = numberIn(/^ ?RTT: (\S+) ms$/.exec(text.trim())?.[1] ?? '');
  if (roundTrip !== null) sums.rttMs = roundTrip;
}

import { readIceServers } from './join-message.ts';
import { within } from './waiting.ts';

/** A media server takes longer than this to say its first word: it does not, ms. */
const JOIN_MS = 5_000;

/** A short visit at a media server, over a WebSocket of its own. */
export type SignalVisit = {
  /** From knocking to its first word. */
  tookMs: number;
  iceServers: readonly RTCIceServer[];
  /** Offers; resolves with the answer, null where none comes. */
  answerTo(offer: RTCSessionDescriptionInit): Promise<RTCSessionDescriptionInit | null>;
  /** Candidates told after the answer. */
  onCandidate: (candidate: RTCIceCandidateInit) => void;
  leave(): void;
};

type SignalMessage = {
  answer?: { type: RTCSdpType; sdp: string };
  trickle?: { candidateInit?: string };
};

/**
 * Enters a room as a LiveKit client does, in JSON and without its library: to learn whether each way to one address
 * stands, which the library, that is content with any way, does not tell.
 * @returns null where no WebSocket comes about, or nothing is said on it
 */
export async function visitSignal(url: string, token: string, signal: AbortSignal): Promise<SignalVisit | null> {
  const began = performance.now();
  const query = new URLSearchParams({
    access_token: token,
    auto_subscribe: '0',
    sdk: 'js',
    protocol: '15',
    version: '2',
  });
  const socket = new WebSocket(`${url.replace(/^http/, 'ws').replace(/\/$/, '')}/rtc?${query}`);
  socket.binaryType = 'arraybuffer';
  const joined = Promise.withResolvers<readonly RTCIceServer[] | null>();
  const answered = Promise.withResolvers<RTCSessionDescriptionInit | null>();
  const nobody = () => {
    joined.resolve(null);
    answered.resolve(null);
  };
  socket.addEventListener('close', nobody);
  socket.addEventListener('error', nobody);
  const visit: SignalVisit = {
    tookMs: 0,
    iceServers: [],
    answerTo(offer) {
      socket.send(JSON.stringify({ offer: { type: offer.type, sdp: offer.sdp } }));
      return within(JOIN_MS, answered.promise, signal);
    },
    onCandidate: () => {},
    leave() {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ leave: { reason: 'CLIENT_INITIATED' } }));
      socket.close();
    },
  };
  socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer | string>) => {
    if (typeof data !== 'string') {
      joined.resolve(readIceServers(new Uint8Array(data)));
      return;
    }
    const { answer, trickle } = readMessage(data);
    if (answer) answered.resolve({ type: answer.type, sdp: answer.sdp });
    const candidate = trickle?.candidateInit;
    if (candidate) visit.onCandidate(JSON.parse(candidate) as RTCIceCandidateInit);
  });
  try {
    const iceServers = await within(JOIN_MS, joined.promise, signal);
    if (iceServers !== null) return Object.assign(visit, { tookMs: performance.now() - began, iceServers });
  } catch (cancelled) {
    socket.close();
    throw cancelled;
  }
  socket.close();
  return null;
}

function readMessage(text: string): SignalMessage {
  try {
    return JSON.parse(text) as SignalMessage;
  } catch {
    return {};
  }
}

import { randomInt } from 'node:crypto';
import {
  buildRtcp,
  isRtcp,
  parseRtcp,
  parseSdp,
  type ReportBlock,
  type RtcpPacket,
  RtpView,
  unixMsToNtp,
} from '@alongside/rtp';
import { ControllingPeer, type PipeLocal } from '@alongside/sfu';
import { TRANSPORT_SEQUENCE_ID, type Track } from './track.ts';

/** Everybody's packets are read by one view: one packet at a time. */
const view = new RtpView();
/** At most so many packets in one feedback; browsers send it every 50 to 250 ms. */
const FEEDBACK_PACKETS = 512;

/**
 * One encrypted connection of somebody made up: sends its tracks, counts what arrives without opening it, reports
 * reception and gives transport-wide feedback as a browser does. The same for every server.
 */
export class Connection {
  readonly peer: ControllingPeer;
  readonly tracks: Track[] = [];
  received = 0;
  /** Sees every packet that arrives, opened; set where delays are measured. */
  onOpened: ((packet: Buffer) => void) | undefined;
  readonly #ssrc = randomInt(1, 2 ** 32);
  readonly #reception = new Map<number, { highest: number; cycles: number }>();
  #transportSequence = 0;
  #feedbackCount = 0;
  #arrivals: { sequence: number; us: number }[] = [];

  private constructor(peer: ControllingPeer) {
    this.peer = peer;
    peer.takesProtected = (datagram) => this.#take(datagram);
    peer.onPacket = (packet) => (isRtcp(packet) ? this.#onRtcp(packet) : this.onOpened?.(packet));
  }

  static async open(): Promise<Connection> {
    return new Connection(await ControllingPeer.open());
  }

  get connected(): boolean {
    return this.peer.connected;
  }

  #take(datagram: Buffer): boolean {
    if (isRtcp(datagram)) return false;
    this.received++;
    if (!view.parse(datagram)) return true;
    const known = this.#reception.get(view.ssrc);
    if (!known) this.#reception.set(view.ssrc, { highest: view.sequenceNumber, cycles: 0 });
    else if (((view.sequenceNumber - known.highest) & 0xffff) < 0x8000) {
      if (view.sequenceNumber < known.highest) known.cycles++;
      known.highest = view.sequenceNumber;
    }
    const sequence = view.extensionU16(TRANSPORT_SEQUENCE_ID);
    if (sequence >= 0 && this.#arrivals.length < FEEDBACK_PACKETS) {
      this.#arrivals.push({ sequence, us: Math.round(performance.now() * 4) * 250 });
    }
    return this.onOpened === undefined;
  }

  #onRtcp(packet: Buffer): void {
    // What was kept for the tests it was made for would only grow here.
    this.peer.datagrams.length = 0;
    for (const member of parseRtcp(packet) ?? []) {
      if (member.type === 'pli') this.#trackOf(member.mediaSsrc)?.requestKeyFrame();
      else if (member.type === 'fir') for (const { ssrc } of member.entries) this.#trackOf(ssrc)?.requestKeyFrame();
    }
  }

  #trackOf(ssrc: number): Track | undefined {
    return this.tracks.find((track) => track.ssrc === ssrc);
  }

  /** Sends what is due of every track. */
  send(nowMs: number, scale: number): void {
    if (!this.connected) return;
    for (const track of this.tracks) {
      track.send(
        nowMs,
        scale,
        () => (this.#transportSequence = (this.#transportSequence + 1) & 0xffff),
        (packet) => this.peer.sendRtp(packet),
      );
    }
  }

  /** Feedback on what arrived; ten times a second. */
  sendFeedback(): void {
    const arrivals = this.#arrivals;
    this.peer.datagrams.length = 0;
    if (!this.connected || arrivals.length === 0) return;
    const base = arrivals[0]!.sequence;
    const arrivalsUs: (number | undefined)[] = [];
    for (const { sequence, us } of arrivals) {
      const at = (sequence - base) & 0xffff;
      if (at < 2_048) arrivalsUs[at] = us;
    }
    this.#arrivals = [];
    this.peer.sendRtcp(
      buildRtcp([
        {
          type: 'transport-cc',
          senderSsrc: this.#ssrc,
          mediaSsrc: 0,
          baseSequenceNumber: base,
          feedbackCount: this.#feedbackCount,
          arrivalsUs: Array.from(arrivalsUs),
        },
      ]),
    );
    this.#feedbackCount = (this.#feedbackCount + 1) & 0xff;
  }

  /** Sender and receiver reports, once a second, and the check that says we are still there. */
  sendReports(): void {
    if (!this.connected) return;
    this.peer.check(true);
    const blocks: ReportBlock[] = [...this.#reception].map(([ssrc, { highest, cycles }]) => ({
      ssrc,
      fractionLost: 0,
      cumulativeLost: 0,
      extendedHighestSequence: ((cycles << 16) | highest) >>> 0,
      jitter: 0,
      lsr: 0,
      dlsr: 0,
    }));
    const ntp = unixMsToNtp(Date.now());
    const reports: RtcpPacket[] = this.tracks.map((track) => ({
      type: 'sr',
      senderSsrc: track.ssrc,
      ntp,
      rtpTimestamp: track.timestamp,
      packetCount: track.packets,
      octetCount: track.octets,
      reports: [],
    }));
    for (let i = 0; i < blocks.length; i += 31) {
      reports.push({ type: 'rr', senderSsrc: this.#ssrc, reports: blocks.slice(i, i + 31) });
    }
    if (reports.length > 0) this.peer.sendRtcp(buildRtcp(reports));
  }

  /** Begins ICE and DTLS with what the server's description and candidates say. @throws Error without an address */
  connect(sdp: string, trickled: readonly string[] = []): void {
    const session = parseSdp(sdp);
    const section = session.media.find((media) => media.iceUfrag !== '');
    const candidates = [...session.media.flatMap((media) => media.candidates), ...trickled]
      .map((text) => text.replace(/^(a=)?candidate:/, '').split(' '))
      .filter((words) => words[2]?.toLowerCase() === 'udp' && words[4]?.includes('.') && words[7] === 'host');
    const chosen = candidates.find((words) => words[4] === '127.0.0.1') ?? candidates[0];
    if (!section || !chosen) throw new Error('the server named no UDP address');
    const local: PipeLocal = {
      iceUfrag: section.iceUfrag,
      icePwd: section.icePwd,
      iceLite: true,
      fingerprint: section.fingerprints[0]!,
      candidates: [
        {
          foundation: '1',
          component: 1,
          protocol: 'udp',
          priority: 1,
          address: chosen[4]!,
          port: Number(chosen[5]),
          type: 'host',
        },
      ],
      setup: section.setup as PipeLocal['setup'],
    };
    this.peer.connect(local, chosen[4]);
  }

  close(): void {
    this.peer.close();
  }
}

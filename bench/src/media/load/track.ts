import { randomInt } from 'node:crypto';
import { RtpWriter } from '@alongside/rtp';

export const AUDIO_PAYLOAD_TYPE = 111;
export const VIDEO_PAYLOAD_TYPE = 96;
export const RTX_PAYLOAD_TYPE = 97;
export const AUDIO_LEVEL_ID = 1;
export const TRANSPORT_SEQUENCE_ID = 3;
export const MID_ID = 4;

/** What somebody sends: the sizes and the pace of real media, with bytes nobody decodes. */
export type TrackSpec =
  /** `quiet`: nothing is said, and a frame of comfort noise goes out now and then (DTX). */
  { kind: 'audio'; quiet?: boolean } | { kind: 'video'; framesPerSecond: number; packetsPerFrame: number };

/** Bytes of an Opus frame at 32 kbit/s. */
const AUDIO_PAYLOAD_BYTES = 80;
const VIDEO_PAYLOAD_BYTES = 1_100;
const AUDIO_FRAME_MS = 20;
const QUIET_FRAME_MS = 400;
const SPEECH_DBOV = 20;
const SILENCE_DBOV = 127;
/** Where the payload says when it was sent: behind the VP8 heads. */
export const STAMP_OFFSET = 24;

/** Frame tag, start code, 640 × 360 (RFC 6386 §9.1). */
const FRAME_HEAD = Buffer.from('1002009d012a80026801', 'hex');

/** One sending stream. All tracks of a connection share its transport-wide numbering. */
export class Track {
  readonly spec: TrackSpec;
  readonly id: string;
  readonly ssrc = randomInt(1, 2 ** 32);
  readonly rtxSsrc = randomInt(1, 2 ** 32);
  mid = '';
  packets = 0;
  octets = 0;
  timestamp = randomInt(2 ** 31);
  #sequence = randomInt(2 ** 14);
  #pictureId = 0;
  #nextFrameMs: number;
  #keyFrameWanted = true;
  readonly #writer = new RtpWriter();
  readonly #payload: Buffer;

  constructor(spec: TrackSpec, id: string, nowMs: number) {
    this.spec = spec;
    this.id = id;
    this.#payload = Buffer.alloc(spec.kind === 'audio' ? AUDIO_PAYLOAD_BYTES : VIDEO_PAYLOAD_BYTES, 0x5a);
    // Nobody's frames fall together with another's.
    this.#nextFrameMs = nowMs + randomInt(Math.round(this.frameMs));
  }

  get frameMs(): number {
    if (this.spec.kind === 'video') return 1_000 / this.spec.framesPerSecond;
    return this.spec.quiet ? QUIET_FRAME_MS : AUDIO_FRAME_MS;
  }

  get clockRate(): number {
    return this.spec.kind === 'audio' ? 48_000 : 90_000;
  }

  requestKeyFrame(): void {
    this.#keyFrameWanted = true;
  }

  /** Starts over after a pause, without catching up. */
  resume(nowMs: number): void {
    this.#nextFrameMs = nowMs + randomInt(Math.round(this.frameMs));
  }

  /**
   * Sends what is due.
   * @param scale how many times the packets of a frame are sent; below one, this share of the frames
   */
  send(nowMs: number, scale: number, nextTransportSequence: () => number, out: (packet: Buffer) => void): void {
    while (nowMs >= this.#nextFrameMs) {
      this.#nextFrameMs += this.frameMs;
      this.timestamp = (this.timestamp + Math.round((this.frameMs * this.clockRate) / 1_000)) >>> 0;
      // By chance up or down: a packet more in every frame of everybody is an eighth of a core at once.
      const wanted = (this.spec.kind === 'audio' ? 1 : this.spec.packetsPerFrame) * scale;
      const packets = Math.max(1, Math.floor(wanted + Math.random()));
      if (this.spec.kind === 'audio') this.#sendAudio(nextTransportSequence, out);
      else this.#sendFrame(packets, nextTransportSequence, out);
    }
  }

  #sendAudio(nextTransportSequence: () => number, out: (packet: Buffer) => void): void {
    const writer = this.#start(AUDIO_PAYLOAD_TYPE, false, nextTransportSequence());
    const quiet = this.spec.kind === 'audio' && this.spec.quiet;
    writer.addExtensionU8(AUDIO_LEVEL_ID, quiet ? SILENCE_DBOV : 0x80 | SPEECH_DBOV);
    this.#finish(writer, out);
  }

  #sendFrame(packets: number, nextTransportSequence: () => number, out: (packet: Buffer) => void): void {
    const isKey = this.#keyFrameWanted;
    this.#keyFrameWanted = false;
    this.#pictureId = (this.#pictureId + 1) & 0x7fff;
    for (let i = 0; i < packets; i++) {
      const writer = this.#start(VIDEO_PAYLOAD_TYPE, i === packets - 1, nextTransportSequence());
      const payload = this.#payload;
      // VP8 descriptor (RFC 7741) with a 15-bit picture id; the frame's head only where it starts.
      payload[0] = i === 0 ? 0x90 : 0x80;
      payload[1] = 0x80;
      payload[2] = 0x80 | (this.#pictureId >> 8);
      payload[3] = this.#pictureId;
      FRAME_HEAD.copy(payload, 4);
      payload[4] = isKey ? 0x10 : 0x11;
      this.#finish(writer, out);
    }
  }

  #start(payloadType: number, marker: boolean, transportSequence: number): RtpWriter {
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#writer.start(payloadType, marker, this.#sequence, this.timestamp, this.ssrc);
    this.#writer.addExtensionU16(TRANSPORT_SEQUENCE_ID, transportSequence);
    // Until the server surely knows the SSRC.
    if (this.packets < 200) this.#writer.addExtension(MID_ID, Buffer.from(this.mid, 'latin1'), 0, this.mid.length);
    return this.#writer;
  }

  #finish(writer: RtpWriter, out: (packet: Buffer) => void): void {
    this.#payload.writeDoubleBE(performance.now(), STAMP_OFFSET);
    writer.endHeader();
    writer.append(this.#payload, 0, this.#payload.length);
    this.packets++;
    this.octets += this.#payload.length;
    out(writer.buffer.subarray(0, writer.length));
  }
}

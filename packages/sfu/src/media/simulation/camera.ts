import { type RtcpPacket, RtpWriter } from '@alongside/rtp';

const HISTORY = 1_024;

/**
 * A browser's camera: VP8 in one layer with picture ids, three packets a frame and twelve a key frame; key frames on
 * request, packets again on request on the repair stream, at most once in a round trip. The last four bytes of a
 * packet are its frame's number.
 */
export class Camera {
  readonly #send: (packet: Buffer) => void;
  readonly #framesPerSecond: number;
  readonly #roundTripMs: number;
  readonly #writer = new RtpWriter();
  readonly #history = new Map<number, { payload: Buffer; marker: boolean; timestamp: number; sentAtMs: number }>();
  #sequence = 1_000;
  #repairSequence = 7;
  #keyFrameWanted = true;
  frames = 0;
  keyFrames = 0;
  repeated = 0;
  transportSequence = 0;

  constructor(send: (packet: Buffer) => void, options: { framesPerSecond: number; roundTripMs: number }) {
    this.#send = send;
    this.#framesPerSecond = options.framesPerSecond;
    this.#roundTripMs = options.roundTripMs;
  }

  /** To be called once a frame. */
  shoot(nowMs: number): void {
    const key = this.#keyFrameWanted;
    this.#keyFrameWanted = false;
    const number = this.frames++;
    if (key) this.keyFrames++;
    const timestamp = Math.round((number * 90_000) / this.#framesPerSecond) >>> 0;
    const count = key ? 12 : 3;
    for (let i = 0; i < count; i++) {
      const head = i === 0 ? 0x90 : 0x80;
      const picture = [0x80 | ((number >> 8) & 0x7f), number & 0xff, number & 0xff, 0];
      const frame = i > 0 ? [1] : key ? [0x10, 0, 0, 0x9d, 1, 0x2a, 0x80, 2, 0x68, 1] : [0x11, 0, 0];
      const payload = Buffer.alloc(900, 0);
      Buffer.from([head, 0xf0, ...picture, ...frame]).copy(payload);
      payload.writeUInt32BE(number, payload.length - 4);
      this.#sequence = (this.#sequence + 1) & 0xffff;
      this.#history.set(this.#sequence, { payload, marker: i === count - 1, timestamp, sentAtMs: nowMs });
      this.#history.delete((this.#sequence - HISTORY) & 0xffff);
      this.#write(this.#sequence, 96, 100, timestamp, i === count - 1, undefined, payload);
    }
  }

  onRtcp(packet: RtcpPacket, nowMs: number): void {
    if (packet.type === 'pli') this.#keyFrameWanted = true;
    if (packet.type !== 'nack') return;
    for (const sequence of packet.sequenceNumbers) {
      const kept = this.#history.get(sequence);
      if (!kept || nowMs - kept.sentAtMs < this.#roundTripMs * 0.9) continue;
      kept.sentAtMs = nowMs;
      this.repeated++;
      this.#repairSequence = (this.#repairSequence + 1) & 0xffff;
      this.#write(this.#repairSequence, 97, 101, kept.timestamp, kept.marker, sequence, kept.payload);
    }
  }

  #write(
    sequence: number,
    payloadType: number,
    ssrc: number,
    timestamp: number,
    marker: boolean,
    original: number | undefined,
    payload: Buffer,
  ): void {
    const writer = this.#writer;
    writer.start(payloadType, marker, sequence, timestamp, ssrc);
    writer.addExtension(4, Buffer.from('m'), 0, 1);
    writer.addExtension(original === undefined ? 10 : 11, Buffer.from('q'), 0, 1);
    this.transportSequence = (this.transportSequence + 1) & 0xffff;
    writer.addExtensionU16(3, this.transportSequence);
    writer.endHeader();
    if (original !== undefined) writer.appendU16(original);
    writer.append(payload, 0, payload.length);
    this.#send(writer.toBuffer());
  }
}

import { packet } from './testing.ts';

/** How often each picture of the pattern comes: T0, T2, T1, T2. */
const TEMPORAL = [0, 2, 1, 2] as const;
const SPATIAL_LAYERS = 3;
const PACKETS_PER_FRAME = 2;

/** What a frame says of itself at the end of each of its packets, so that a receiver can check what it got. */
export interface FrameFacts {
  stream: number;
  /** Counts the frames of its stream. */
  frame: number;
  index: number;
  references: number[];
}

const NONE = 0xffff;

function facts(stream: number, frame: number, index: number, references: readonly number[]): Buffer {
  const out = Buffer.alloc(12);
  out[0] = stream;
  out.writeUInt16BE(frame, 1);
  out[3] = index;
  for (let i = 0; i < 3; i++) out.writeUInt16BE(references[i] ?? NONE, 4 + 2 * i);
  return out;
}

export function readFacts(payload: Buffer): FrameFacts {
  const at = payload.length - 12;
  const references = [0, 1, 2].map((i) => payload.readUInt16BE(at + 4 + 2 * i)).filter((frame) => frame !== NONE);
  return { stream: payload[at]!, frame: payload.readUInt16BE(at + 1), index: payload[at + 3]!, references };
}

/** An encoder that makes one picture at a time as packets; `key` makes it a key picture. */
export interface Encoder {
  readonly ssrc: number;
  picture(timestamp: number, key: boolean): Buffer[];
}

interface Numbers {
  ssrc: number;
  rid: string;
  payloadType: number;
  sequence: number;
}

function frameOf(
  numbers: Numbers,
  timestamp: number,
  last: boolean,
  descriptor: (index: number) => Buffer,
  body: (index: number) => Buffer,
  extension?: (index: number) => Buffer,
): Buffer[] {
  return Array.from({ length: PACKETS_PER_FRAME }, (_, index) => {
    const payload = Buffer.concat([descriptor(index), body(index)]);
    const sequence = numbers.sequence;
    numbers.sequence = (sequence + 1) & 0xffff;
    return packet(numbers.ssrc, sequence, timestamp, payload, {
      payloadType: numbers.payloadType,
      mid: 'm',
      ...(numbers.rid === '' ? {} : { rid: numbers.rid }),
      marker: last && index === PACKETS_PER_FRAME - 1,
      ...(extension ? { dependency: extension(index) } : {}),
    });
  });
}

/** VP8 in three temporal layers as Chromium orders them: T1 and the first T2 of every eight refer to T0 alone. */
export function vp8Encoder(ssrc: number, rid: string, stream: number, firstPictureId: number): Encoder {
  const numbers: Numbers = { ssrc, rid, payloadType: 96, sequence: (stream * 20_000 + 65_500) & 0xffff };
  let pictureId = firstPictureId;
  let tl0 = 250;
  let sinceKey = 0;
  let frame = 0;
  const last = [-1, -1, -1];
  return {
    ssrc,
    picture(timestamp, key) {
      if (key) sinceKey = 0;
      const temporal = TEMPORAL[sinceKey % 4]!;
      const sync = !key && (sinceKey % 8 === 1 || sinceKey % 8 === 2);
      const references: number[] = [];
      if (!key) {
        references.push(last[0]!);
        if (!sync) for (let below = 1; below <= temporal; below++) if (last[below]! >= 0) references.push(last[below]!);
      } else last.fill(-1);
      if (temporal === 0) tl0 = (tl0 + 1) & 0xff;
      const id = pictureId;
      const own = frame++;
      const packets = frameOf(
        numbers,
        timestamp,
        true,
        (index) =>
          Buffer.from([
            index === 0 ? 0x90 : 0x80,
            0xf0,
            0x80 | (id >> 8),
            id & 0xff,
            tl0,
            (temporal << 6) | (sync ? 0x20 : 0) | 3,
          ]),
        (index) => {
          const head = index > 0 ? [1] : key ? [0x10, 0, 0, 0x9d, 1, 0x2a, 0x40, 1, 0xb4, 0] : [0x11, 0, 0];
          return Buffer.concat([Buffer.from(head), facts(stream, own, index, references)]);
        },
      );
      last[temporal] = own;
      pictureId = (pictureId + 1) & 0x7fff;
      sinceKey++;
      return packets;
    },
  };
}

/** H.264 whose every second picture nobody refers to. */
export function h264Encoder(ssrc: number, rid: string, stream: number): Encoder {
  const numbers: Numbers = { ssrc, rid, payloadType: 102, sequence: stream * 1_000 };
  let sinceKey = 0;
  let frame = 0;
  let lastReference = -1;
  return {
    ssrc,
    picture(timestamp, key) {
      if (key) sinceKey = 0;
      const disposable = sinceKey % 2 === 1;
      const own = frame++;
      const references = key ? [] : [lastReference];
      const packets = frameOf(
        numbers,
        timestamp,
        true,
        (index) => Buffer.from(key && index === 0 ? [0x67, 0x42] : [disposable ? 0x01 : key ? 0x65 : 0x41, 0x9a]),
        (index) => facts(stream, own, index, references),
      );
      if (!disposable) lastReference = own;
      sinceKey++;
      return packets;
    },
  };
}

/** The frame numbers (picture × 3 + spatial layer) a frame of a 3 × 3 structure refers to. */
function svcReferences(picture: number, position: number, spatial: number, key: boolean, full: boolean): number[] {
  const own = picture * SPATIAL_LAYERS + spatial;
  const below = spatial > 0 && (key || full) ? [own - 1] : [];
  if (key) return below;
  const back = [4, 1, 2, 1][position]!;
  return [own - back * SPATIAL_LAYERS, ...below];
}

/** VP9 with three spatial and three temporal layers; `full`: upper layers look at lower ones in every picture. */
export function vp9Encoder(ssrc: number, full: boolean): Encoder {
  const numbers: Numbers = { ssrc, rid: '', payloadType: 98, sequence: 65_000 };
  let picture = 0;
  let sinceKey = 0;
  let tl0 = 254;
  return {
    ssrc,
    picture(timestamp, key) {
      if (key) sinceKey = 0;
      const position = sinceKey % 4;
      const temporal = TEMPORAL[position]!;
      if (temporal === 0) tl0 = (tl0 + 1) & 0xff;
      const packets: Buffer[] = [];
      const id = (picture + 0x7ff0) & 0x7fff;
      for (let spatial = 0; spatial < SPATIAL_LAYERS; spatial++) {
        const top = spatial === SPATIAL_LAYERS - 1;
        const between = key || full;
        const references = svcReferences(picture, position, spatial, key, full);
        packets.push(
          ...frameOf(
            numbers,
            timestamp,
            top,
            (index) => {
              const structure = key && spatial === 0 && index === 0;
              const flags =
                0xa0 |
                (key ? 0 : 0x40) |
                (index === 0 ? 0x08 : 0) |
                (index === PACKETS_PER_FRAME - 1 ? 0x04 : 0) |
                (structure ? 0x02 : 0) |
                (top || !between ? 0x01 : 0);
              const layer =
                (temporal << 5) | (position === 3 ? 0 : 0x10) | (spatial << 1) | (spatial > 0 && between ? 1 : 0);
              return Buffer.from([flags, 0x80 | (id >> 8), id & 0xff, layer, tl0, ...(structure ? [0x40] : [])]);
            },
            (index) => facts(0, picture * SPATIAL_LAYERS + spatial, index, references),
          ),
        );
      }
      picture++;
      sinceKey++;
      return packets;
    },
  };
}

/** A string of zeros and ones as bytes. */
function bits(text: string): Buffer {
  const out = Buffer.alloc(Math.ceil(text.length / 8));
  for (let i = 0; i < text.length; i++) if (text[i] === '1') out[i >> 3] = out[i >> 3]! | (0x80 >> (i & 7));
  return out;
}

const binary = (value: number, width: number): string => value.toString(2).padStart(width, '0');

/** Position in the pattern of each template of a spatial layer; −1 is the key frame. */
const TEMPLATE_POSITIONS = [-1, 0, 2, 1, 3] as const;

/** Distance from a frame to the frame before it in a chain: base frames of one spatial layer, and all of a key picture below. */
function chainDiff(position: number, spatial: number, chain: number): number {
  if (position < 0) {
    if (spatial === 0) return 0;
    return spatial <= chain ? 1 : spatial - chain;
  }
  if (position === 0) return spatial <= chain ? 4 * SPATIAL_LAYERS + spatial - chain : spatial - chain;
  return position * SPATIAL_LAYERS + spatial - chain;
}

function isPresent(position: number, spatial: number, targetSpatial: number, targetTemporal: number): boolean {
  const temporal = position < 0 ? 0 : TEMPORAL[position]!;
  return temporal <= targetTemporal && (position < 0 ? spatial <= targetSpatial : spatial === targetSpatial);
}

/** The dependency structure of L3T3_KEY: nine decode targets, three chains, five templates for each spatial layer. */
function av1Structure(templateIdOffset: number): string {
  const rows = [0, 1, 2].flatMap((spatial) => TEMPLATE_POSITIONS.map((position) => ({ spatial, position })));
  const layers = rows.map((_, i) =>
    i === rows.length - 1 ? '11' : i % 5 === 4 ? '10' : i % 5 === 0 || i % 5 === 3 ? '00' : '01',
  );
  const indications = rows.map((row) =>
    [0, 1, 2, 3, 4, 5, 6, 7, 8]
      .map((target) => (isPresent(row.position, row.spatial, Math.floor(target / 3), target % 3) ? '10' : '00'))
      .join(''),
  );
  const diffs = rows.map(({ position, spatial }) => {
    const back = position < 0 ? (spatial > 0 ? 1 : 0) : [4, 1, 2, 1][position]! * SPATIAL_LAYERS;
    return back === 0 ? '0' : `1${binary(back - 1, 4)}0`;
  });
  const chains = rows.map((row) =>
    [0, 1, 2].map((chain) => binary(chainDiff(row.position, row.spatial, chain), 4)).join(''),
  );
  // ns(10) of 3 is 011; ns(3): 0 → 0, 1 → 10, 2 → 11.
  const protection = [0, 1, 2].flatMap((chain) => new Array<string>(3).fill(['0', '10', '11'][chain]!));
  return [
    binary(templateIdOffset, 6),
    binary(8, 5),
    ...layers,
    ...indications,
    ...diffs,
    '011',
    ...protection,
    ...chains,
    '0',
  ].join('');
}

/** AV1 L3T3_KEY with dependency descriptors; each key picture brings a structure with other template ids. */
export function av1Encoder(ssrc: number): Encoder {
  const numbers: Numbers = { ssrc, rid: '', payloadType: 45, sequence: 100 };
  let picture = 0;
  let sinceKey = 0;
  let templateIdOffset = 0;
  return {
    ssrc,
    picture(timestamp, key) {
      if (key) {
        sinceKey = 0;
        templateIdOffset = (templateIdOffset + 15) % 64;
      }
      const position = key ? -1 : sinceKey % 4;
      const packets: Buffer[] = [];
      for (let spatial = 0; spatial < SPATIAL_LAYERS; spatial++) {
        const frame = (picture * SPATIAL_LAYERS + spatial + 65_000) & 0xffff;
        const template = (templateIdOffset + spatial * 5 + TEMPLATE_POSITIONS.indexOf(position as -1)) % 64;
        const references = svcReferences(picture, Math.max(0, position), spatial, key, false);
        packets.push(
          ...frameOf(
            numbers,
            timestamp,
            spatial === SPATIAL_LAYERS - 1,
            (index) => Buffer.from([key && spatial === 0 && index === 0 ? 0x18 : 0x10, 0x32, 0]),
            (index) => facts(0, picture * SPATIAL_LAYERS + spatial, index, references),
            (index) => {
              const edges = `${index === 0 ? 1 : 0}${index === PACKETS_PER_FRAME - 1 ? 1 : 0}`;
              const mandatory = `${edges}${binary(template, 6)}${binary(frame, 16)}`;
              const withStructure = key && spatial === 0 && index === 0;
              return bits(withStructure ? `${mandatory}10000${av1Structure(templateIdOffset)}` : mandatory);
            },
          ),
        );
      }
      picture++;
      sinceKey++;
      return packets;
    },
  };
}

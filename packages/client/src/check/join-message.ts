/** A field of a protobuf message: its number, and its bytes where it has a length (wire type 2). */
type Field = { number: number; bytes: Uint8Array | null };

/**
 * The relays a media server names in its first word: `SignalResponse.join.ice_servers` of the LiveKit protocol. The rest
 * of the conversation may be had in JSON, this one message comes in protobuf; its whole library is 300 kB.
 * @returns null when it is no such message
 */
export function readIceServers(message: Uint8Array): RTCIceServer[] | null {
  const join = fieldsOf(message).find(({ number }) => number === 1)?.bytes;
  if (!join) return null;
  return fieldsOf(join).flatMap(({ number, bytes }) => {
    if (number !== 5 || !bytes) return [];
    const server = fieldsOf(bytes);
    const texts = (wanted: number) =>
      server.flatMap((field) => (field.number === wanted && field.bytes ? new TextDecoder().decode(field.bytes) : []));
    const [username, credential] = [texts(2)[0], texts(3)[0]];
    return [{ urls: texts(1), ...(username ? { username } : {}), ...(credential ? { credential } : {}) }];
  });
}

/** Walks through a message, as far as it can be read. */
function fieldsOf(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  function varint(): number {
    let value = 0;
    for (let shift = 1; at < message.length; shift *= 128) {
      const byte = message[at++]!;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
      if (shift > 2 ** 49) break;
    }
    return Number.NaN;
  }
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    let bytes: Uint8Array | null = null;
    switch (tag % 8) {
      case 0:
        if (Number.isNaN(varint())) return fields;
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        if (!(length <= message.length - at)) return fields;
        bytes = message.subarray(at, at + length);
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        return fields;
    }
    fields.push({ number, bytes });
  }
  return fields;
}

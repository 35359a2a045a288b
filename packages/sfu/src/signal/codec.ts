import { SignalRequest, SignalResponse } from '@livekit/protocol';

/** One signal message; a client that sends more is cut off. */
export const MAX_SIGNAL_MESSAGE_BYTES = 2 * 1024 * 1024;

/**
 * A client's text frame (protojson) as the protobuf bytes it stands for; undefined when it is none.
 * Clients in languages without protobuf may speak JSON; the answers are then JSON too.
 */
export function signalRequestFromText(text: string): Uint8Array | undefined {
  try {
    return SignalRequest.fromJsonString(text, { ignoreUnknownFields: true }).toBinary();
  } catch {
    return undefined;
  }
}

export function signalResponseToText(data: Uint8Array): string {
  return SignalResponse.fromBinary(data).toJsonString();
}

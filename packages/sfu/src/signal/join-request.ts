import { gunzipSync } from 'node:zlib';
import {
  ClientInfo,
  ClientInfo_Capability,
  ClientInfo_SDK,
  ConnectionSettings,
  JoinRequest,
  type ReconnectReason,
  WrappedJoinRequest,
  WrappedJoinRequest_Compression,
} from '@livekit/protocol';

/** Unpacked; a browser's first offer is 25 KB, packed 2.5 KB. */
const MAX_JOIN_REQUEST_BYTES = 1024 * 1024;

/** The query of a signal connection cannot be used; answered with HTTP 400. */
export class JoinRequestError extends Error {
  override name = 'JoinRequestError';
}

/**
 * Decodes the `join_request` parameter of `/rtc/v1`: base64url (padded or not) of a `WrappedJoinRequest`, gzipped or
 * not, bounded when unpacked.
 * @throws JoinRequestError
 */
export function decodeJoinRequest(parameter: string): JoinRequest {
  try {
    const wrapped = WrappedJoinRequest.fromBinary(Buffer.from(parameter, 'base64url'));
    let bytes: Uint8Array = wrapped.joinRequest;
    if (wrapped.compression === WrappedJoinRequest_Compression.GZIP) {
      bytes = gunzipSync(bytes, { maxOutputLength: MAX_JOIN_REQUEST_BYTES });
    }
    if (bytes.length > MAX_JOIN_REQUEST_BYTES) throw new JoinRequestError('join_request is too large');
    return JoinRequest.fromBinary(bytes);
  } catch (error) {
    if (error instanceof JoinRequestError) throw error;
    throw new JoinRequestError('cannot read join_request');
  }
}

const SDK_NAMES: Readonly<Record<string, ClientInfo_SDK>> = {
  js: ClientInfo_SDK.JS,
  ios: ClientInfo_SDK.SWIFT,
  swift: ClientInfo_SDK.SWIFT,
  android: ClientInfo_SDK.ANDROID,
  flutter: ClientInfo_SDK.FLUTTER,
  go: ClientInfo_SDK.GO,
  unity: ClientInfo_SDK.UNITY,
  reactnative: ClientInfo_SDK.REACT_NATIVE,
  rust: ClientInfo_SDK.RUST,
  python: ClientInfo_SDK.PYTHON,
  cpp: ClientInfo_SDK.CPP,
  node: ClientInfo_SDK.NODE,
};

/** The same request out of the query of the older `/rtc` path, where every setting is a parameter of its own. */
export function joinRequestFromQuery(query: URLSearchParams): JoinRequest {
  const flag = (name: string): boolean => query.get(name) === '1' || query.get(name) === 'true';
  const number = (name: string): number => Number.parseInt(query.get(name) ?? '', 10) || 0;
  const capabilities = (query.get('capabilities') ?? '')
    .split(',')
    .map((part) => Number.parseInt(part, 10))
    .filter((part): part is ClientInfo_Capability => part in ClientInfo_Capability);
  let participantAttributes: Record<string, string> = {};
  const attributes = query.get('attributes');
  if (attributes) {
    try {
      const parsed: unknown = JSON.parse(Buffer.from(attributes, 'base64url').toString('utf8'));
      if (typeof parsed === 'object' && parsed !== null) {
        participantAttributes = Object.fromEntries(
          Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
        );
      }
    } catch {
      throw new JoinRequestError('cannot read attributes');
    }
  }
  return new JoinRequest({
    clientInfo: new ClientInfo({
      sdk: SDK_NAMES[query.get('sdk') ?? ''] ?? ClientInfo_SDK.UNKNOWN,
      version: query.get('version') ?? '',
      protocol: number('protocol'),
      os: query.get('os') ?? '',
      osVersion: query.get('os_version') ?? '',
      deviceModel: query.get('device_model') ?? '',
      browser: query.get('browser') ?? '',
      browserVersion: query.get('browser_version') ?? '',
      network: query.get('network') ?? '',
      clientProtocol: number('client_protocol'),
      capabilities,
    }),
    connectionSettings: new ConnectionSettings({
      // Absent means yes: the oldest clients do not say.
      autoSubscribe: !query.has('auto_subscribe') || flag('auto_subscribe'),
      adaptiveStream: flag('adaptive_stream'),
      disableIceLite: flag('disable_ice_lite'),
    }),
    participantAttributes,
    reconnect: flag('reconnect'),
    reconnectReason: number('reconnect_reason') as ReconnectReason,
    participantSid: query.get('sid') ?? '',
  });
}

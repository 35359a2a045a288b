import { describe, expect, test } from 'vitest';
import { happeningsOf } from './log-happenings.ts';

const told = (line: string, level: string | null = null) =>
  happeningsOf(line, 5, level).map(({ atMs: _, ...event }) =>
    Object.fromEntries(Object.entries(event).filter(([name]) => name !== 'text' && name !== 'connectionId')),
  );

describe('what is well known', () => {
  test.each<[string, object]>([
    ['ICE connection state changed to failed', { type: 'ice_state', state: 'failed' }],
    ['iceConnectionState: checking -> connected', { type: 'ice_state', state: 'connected' }],
    ['oniceconnectionstatechange disconnected', { type: 'ice_state', state: 'disconnected' }],
    ["[pc1] ICE state is now 'completed'", { type: 'ice_state', state: 'completed' }],
    ['iceConnectionState=FAILED', { type: 'ice_state', state: 'failed' }],
    ['ICE 连接状态变为 failed', { type: 'ice_state', state: 'failed' }],
    ['ICE连接失败，请检查网络', { type: 'ice_state', state: 'failed' }],
    ['WebRTC: ICE failed, add a TURN server', { type: 'ice_state', state: 'failed' }],
    ['PeerConnection state changed from connecting to connected', { type: 'connection_state', state: 'connected' }],
    ['connectionState: failed', { type: 'connection_state', state: 'failed' }],
    ['icegatheringstatechange complete', { type: 'gathering_state', state: 'complete' }],
    ['calling restartIce()', { type: 'ice_restarted' }],
    ['DTLS handshake failed: alert 42 bad certificate', { type: 'dtls_state', state: 'failed' }],
    [
      'getUserMedia failed NotAllowedError: Permission denied',
      { type: 'capture_failed', what: 'unknown', name: 'NotAllowedError' },
    ],
    [
      'NotReadableError: Could not start video source',
      { type: 'capture_failed', what: 'camera', name: 'NotReadableError' },
    ],
    ['麦克风权限被拒绝', { type: 'capture_failed', what: 'microphone', name: 'NotAllowedError' }],
    [
      'getUserMedia audio: AbortError: Starting audio failed',
      { type: 'capture_failed', what: 'microphone', name: 'AbortError' },
    ],
    [
      "NotAllowedError: play() failed because the user didn't interact with the document first",
      { type: 'play_failed', name: 'NotAllowedError' },
    ],
    [
      'TURN allocate failed code 401 turn:t.example.com:3478',
      { type: 'candidate_error', url: 'turn:t.example.com:3478', code: 401 },
    ],
    [
      'icecandidateerror 701 STUN host lookup received error. stun:s.example.com',
      { type: 'candidate_error', url: 'stun:s.example.com', code: 701 },
    ],
    ['WebSocket closed with code 1006', { type: 'signalling', state: 'closed' }],
    ['signal connection lost, reconnecting in 2 s', { type: 'signalling', state: 'reconnecting' }],
    ['信令断开', { type: 'signalling', state: 'closed' }],
    ['websocket connected', { type: 'signalling', state: 'open' }],
    ['setRemoteDescription failed: OperationError', { type: 'description_failed', what: 'remote' }],
    ['devicechange fired', { type: 'devices_changed' }],
    ['visibilitychange hidden', { type: 'page_visible', visible: false }],
    ['应用进入后台', { type: 'page_visible', visible: false }],
    ['browser went offline', { type: 'online', online: false }],
  ])('%s', (line, event) => {
    expect(told(line)).toEqual([event]);
  });

  test('a socket’s address with what came of it', () => {
    const address = 'wss://b.example.com/rtc';
    expect(told(`WebSocket connection to '${address}' failed: timed out`)).toEqual([
      { type: 'signalling', state: 'closed' },
      { type: 'server_tried', address, role: 'primary', outcome: 'failed' },
    ]);
    expect(told(`websocket open ${address} (backup)`)).toEqual([
      { type: 'signalling', state: 'open' },
      { type: 'server_tried', address, role: 'backup', outcome: 'connected' },
    ]);
  });

  test('a candidate, from its line', () => {
    expect(told('onicecandidate candidate:1 1 udp 2122 192.168.1.5 5000 typ host')).toMatchObject([
      { type: 'candidate', side: 'local', candidate: { type: 'host', address: '192.168.1.5' } },
    ]);
    expect(told('addIceCandidate candidate:1 1 udp 2122 192.168.1.5 5000 typ relay')).toMatchObject([
      { type: 'candidate', side: 'remote', candidate: { type: 'relay' } },
    ]);
  });
});

test.each([
  'failed to add ICE candidate',
  'room connection state changed to disconnected',
  'NotAllowedError: clipboard write was blocked',
  'TypeError: undefined is not a function',
  'Received TURN allocate error response, id=1, code=401, rtt=30',
  'turned the camera on',
  'user saw the error page',
  'nice: state closed for the season',
  'could not parse websocket message',
  'starting signal connection {"room": "7", "reconnect": false}',
  'sending response {"iceServers": ["stun:s.example.com"], "pingTimeout": 15, "error": null}',
  'error reading data channel: dtls timeout: read/write timeout: context deadline exceeded',
  'rendering 30 frames',
])('says nothing of a call: %s', (line) => {
  expect(told(line, 'info')).toEqual([]);
});

test('a close code is none of an identifier’s digits', () => {
  const textOf = (line: string) => happeningsOf(line, 5, null).map((event) => ('text' in event ? event.text : ''));
  expect(textOf('signal connection closed, code 1006')).toEqual(['1006 signal connection closed, code 1006']);
  expect(textOf('signal connection closed 7e04-4304-bce3')).toEqual(['signal connection closed 7e04-4304-bce3']);
});

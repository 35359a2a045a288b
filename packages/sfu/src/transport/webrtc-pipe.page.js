// The browser's side of webrtc-pipe.io.test.ts, served to Chromium as it stands.
let pc;
let channels;
let received;

/** Camera and microphone, one section to receive video, three data channels; returns the offer. */
async function publish() {
  pc = new RTCPeerConnection();
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } });
  pc.addTransceiver(stream.getAudioTracks()[0], { direction: 'sendonly', streams: [stream] });
  pc.addTransceiver(stream.getVideoTracks()[0], { direction: 'sendonly', streams: [stream] });
  pc.addTransceiver('video', { direction: 'recvonly' });
  received = [];
  pc.ondatachannel = ({ channel }) => {
    channel.onmessage = ({ data }) => received.push(`${channel.label}: ${data}`);
  };
  channels = {
    _lossy: pc.createDataChannel('_lossy', { ordered: false, maxRetransmits: 0 }),
    _reliable: pc.createDataChannel('_reliable', { ordered: true }),
    _data_track: pc.createDataChannel('_data_track', { ordered: false, maxRetransmits: 0 }),
  };
  for (const channel of Object.values(channels)) {
    channel.binaryType = 'arraybuffer';
    channel.onmessage = ({ data }) => received.push(typeof data === 'string' ? data : data.byteLength);
  }
  await pc.setLocalDescription(await pc.createOffer());
  return pc.localDescription.sdp;
}

async function answer(sdp) {
  await pc.setRemoteDescription({ type: 'answer', sdp });
}

async function restart() {
  await pc.setLocalDescription(await pc.createOffer({ iceRestart: true }));
  return pc.localDescription.sdp;
}

/** Of the path in use. */
async function localPort() {
  const stats = await pc.getStats();
  const transport = [...stats.values()].find(({ type }) => type === 'transport');
  const pair = stats.get(transport?.selectedCandidatePairId);
  return stats.get(pair?.localCandidateId)?.port;
}

async function framesDecoded() {
  let frames = 0;
  for (const stat of (await pc.getStats()).values()) if (stat.type === 'inbound-rtp') frames += stat.framesDecoded ?? 0;
  return frames;
}

async function sendSamples() {
  for (const channel of Object.values(channels)) {
    if (channel.readyState !== 'open') await new Promise((resolve) => channel.addEventListener('open', resolve));
  }
  channels._reliable.send('héllo 并肩');
  channels._reliable.send(new Uint8Array(64_000));
  channels._lossy.send(new Uint8Array(10));
  channels._reliable.send('');
}

Object.assign(globalThis, { publish, answer, restart, localPort, framesDecoded, sendSamples });

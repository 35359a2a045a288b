/**
 * The line to a guest: a real WebRTC call, whose both ends happen to be on this page. What the guest sees is the
 * programme, with all its trouble. Lumen Live watches the call for its support team; see the three lines below.
 */

const WIDTH = 480;
const HEIGHT = 270;
const FRAMES_PER_SECOND = 20;
const FACTS_EVERY_MS = 1_000;

/**
 * @param {{picture: HTMLCanvasElement, screen: HTMLVideoElement, label: string, onState: (state: string) => void,
 *   onFacts: (facts: {width: number, height: number, fps: number, mbps: number, roundTripMs: number}) => void}} options
 * picture: what is shown to the guest; screen: where one sees what arrives there; onState: as RTCPeerConnection tells it
 * @returns how to hang up
 */
export async function callGuest({ picture, screen, label, onState, onFacts }) {
  const studio = new RTCPeerConnection();
  const guest = new RTCPeerConnection();

  // All it takes: name the call, hand over the connection, and stop where one hangs up.
  const watched = window.Alongside('watch', studio, { label });

  const programme = document.createElement('canvas');
  Object.assign(programme, { width: WIDTH, height: HEIGHT });
  const ink = programme.getContext('2d');
  let drawn = '';
  const copying = setInterval(() => {
    // A picture that stands is no new frame for the guest either.
    const now = picture.dataset.frame;
    if (now === drawn) return;
    drawn = now;
    ink.drawImage(picture, 0, 0, WIDTH, HEIGHT);
  }, 1_000 / FRAMES_PER_SECOND);
  ink.drawImage(picture, 0, 0, WIDTH, HEIGHT);
  const sent = programme.captureStream(FRAMES_PER_SECOND);
  const sound = new AudioContext();
  const voice = hum(sound);

  for (const track of sent.getTracks()) studio.addTrack(track, sent);
  for (const track of voice.getTracks()) studio.addTrack(track, sent);
  for (const track of voice.getTracks()) guest.addTrack(track.clone(), voice);
  guest.ontrack = ({ streams: [stream] }) => {
    screen.srcObject = stream;
    screen.play().catch(() => {});
  };
  studio.onicecandidate = ({ candidate }) => void guest.addIceCandidate(candidate).catch(() => {});
  guest.onicecandidate = ({ candidate }) => void studio.addIceCandidate(candidate).catch(() => {});
  studio.onconnectionstatechange = () => onState(studio.connectionState);

  let before = null;
  const looking = setInterval(async () => {
    const now = factsOf(await studio.getStats());
    if (before && now.fps !== undefined)
      onFacts({ ...now, mbps: ((now.bytes - before.bytes) * 8) / (now.at - before.at) / 1_000 });
    before = now;
  }, FACTS_EVERY_MS);

  await studio.setLocalDescription();
  await guest.setRemoteDescription(studio.localDescription);
  await guest.setLocalDescription();
  await studio.setRemoteDescription(guest.localDescription);

  return function hangUp() {
    clearInterval(copying);
    clearInterval(looking);
    watched?.stop();
    for (const end of [studio, guest]) end.close();
    for (const track of [...sent.getTracks(), ...voice.getTracks()]) track.stop();
    void sound.close();
    screen.srcObject = null;
    onState('closed');
  };
}

/** Something like a voice in another room: nobody hears it, but sound is on the line. */
function hum(context) {
  const tone = new OscillatorNode(context, { type: 'triangle', frequency: 170 });
  const loud = new GainNode(context, { gain: 0.06 });
  const syllables = new OscillatorNode(context, { frequency: 3.1 });
  const depth = new GainNode(context, { gain: 0.05 });
  const out = context.createMediaStreamDestination();
  syllables.connect(depth).connect(loud.gain);
  tone.connect(loud).connect(out);
  tone.start();
  syllables.start();
  return out.stream;
}

function factsOf(stats) {
  const facts = { at: performance.now(), bytes: 0 };
  for (const stat of stats.values()) {
    if (stat.type === 'outbound-rtp' && stat.kind === 'video') {
      Object.assign(facts, {
        bytes: stat.bytesSent,
        width: stat.frameWidth,
        height: stat.frameHeight,
        fps: stat.framesPerSecond ?? 0,
      });
    }
    if (stat.type === 'candidate-pair' && stat.nominated) facts.roundTripMs = (stat.currentRoundTripTime ?? 0) * 1_000;
  }
  return facts;
}

// An agent as its authors' documentation has it: says that it is there, and hums 440 Hz until the job ends.
import { cli, defineAgent, ServerOptions } from '@livekit/agents';
import {
  AudioFrame,
  AudioSource,
  LocalAudioTrack,
  RoomEvent,
  TrackPublishOptions,
  TrackSource,
} from '@livekit/rtc-node';

const RATE_HZ = 48_000;
const TONE_HZ = 440;
const FRAME_SAMPLES = RATE_HZ / 100;

export default defineAgent({
  async entry(job) {
    await job.connect();
    const source = new AudioSource(RATE_HZ, 1);
    const track = LocalAudioTrack.createAudioTrack('hum', source);
    const options = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE });
    await job.room.localParticipant.publishTrack(track, options);
    let isOver = false;
    job.room.once(RoomEvent.Disconnected, () => {
      isOver = true;
    });
    job.addShutdownCallback(async () => console.log(`shut down: ${job.job.id}`));
    for (let at = 0; !isOver; at += FRAME_SAMPLES) {
      const samples = new Int16Array(FRAME_SAMPLES);
      for (let i = 0; i < FRAME_SAMPLES; i++)
        samples[i] = 8_000 * Math.sin((2 * Math.PI * TONE_HZ * (at + i)) / RATE_HZ);
      await source.captureFrame(new AudioFrame(samples, RATE_HZ, 1, FRAME_SAMPLES));
    }
  },
});

cli.runApp(
  new ServerOptions({
    agent: import.meta.filename,
    agentName: process.env.AGENT_NAME ?? '',
    initializeProcessTimeout: 60_000,
  }),
);

import { until } from '@alongside/testkit';
import type { BrowserContext, Frame, Page } from 'playwright-core';

/** What one page received over all its peer connections so far. */
export type Received = {
  /** Decoded pictures, by the size of the picture ("1280x720"). */
  framesDecoded: number;
  /** Energy of the sound that was played, and how much of it was really received rather than concealed. */
  audioEnergy: number;
  samplesHeard: number;
};

/** Lets the test look at what every page and frame of a context does with media. Call before the first page. */
export async function watchMedia(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const Original = window.RTCPeerConnection;
    const peers: RTCPeerConnection[] = [];
    window.RTCPeerConnection = class extends Original {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        peers.push(this);
      }
    };
    Object.assign(window, { peersOfThisPage: peers, devicesAskedFor: 0 });
    const { mediaDevices } = navigator;
    const open = mediaDevices?.getUserMedia.bind(mediaDevices);
    // Insecure pages have none.
    if (mediaDevices)
      mediaDevices.getUserMedia = (constraints) => {
        (window as unknown as { devicesAskedFor: number }).devicesAskedFor += 1;
        return open(constraints);
      };
  });
}

/** What arrived at the page and was decoded, over the connections that still live. */
export async function received(target: Page | Frame): Promise<Received> {
  return target.evaluate(async () => {
    const peers = (window as unknown as { peersOfThisPage: RTCPeerConnection[] }).peersOfThisPage;
    const sum = { framesDecoded: 0, audioEnergy: 0, samplesHeard: 0 };
    for (const peer of peers) {
      if (peer.connectionState !== 'connected') continue;
      for (const stat of (await peer.getStats()).values()) {
        if (stat.type !== 'inbound-rtp') continue;
        if (stat.kind === 'video') sum.framesDecoded += stat.framesDecoded ?? 0;
        else {
          sum.audioEnergy += stat.totalAudioEnergy ?? 0;
          sum.samplesHeard += (stat.totalSamplesReceived ?? 0) - (stat.concealedSamples ?? 0);
        }
      }
    }
    return sum;
  });
}

/** The peer connections a page has made so far, how many of them stand, and how many tracks it sends on them. */
export async function connections(target: Page | Frame): Promise<{ made: number; connected: number; sending: number }> {
  return target.evaluate(() => {
    const peers = (window as unknown as { peersOfThisPage: RTCPeerConnection[] }).peersOfThisPage;
    return {
      made: peers.length,
      connected: peers.filter((peer) => peer.connectionState === 'connected').length,
      // A track that is off holds a place and no more.
      sending: peers.flatMap((peer) => peer.getSenders()).filter((sender) => sender.track?.enabled).length,
    };
  });
}

/** How often the page has asked for a camera or microphone; before that neither can be on. */
export async function devicesAskedFor(target: Page | Frame): Promise<number> {
  return target.evaluate(() => (window as unknown as { devicesAskedFor: number }).devicesAskedFor);
}

/** Waits until the page goes on decoding new pictures and hearing sound that is not silence. */
export async function seesAndHears(who: string, target: () => Page | Frame, timeoutMs = 60_000): Promise<void> {
  let before: Received | null = null;
  await until(
    `${who} to see moving pictures and hear sound`,
    async () => {
      const now = await received(target());
      const first = before;
      before ??= now;
      // A new connection counts from zero: then the comparison begins anew.
      if (first && (now.framesDecoded < first.framesDecoded || now.samplesHeard < first.samplesHeard)) before = now;
      const seen = first !== null && now.framesDecoded - first.framesDecoded > 10;
      const heard =
        first !== null && now.samplesHeard - first.samplesHeard > 24_000 && now.audioEnergy - first.audioEnergy > 1e-6;
      if (seen && heard) return true;
      // What it stood at when the time was over is told by the cause.
      throw new Error(JSON.stringify({ first, now, ...(await connections(target())) }));
    },
    timeoutMs,
  );
}

/**
 * Whether a video element on the page shows a picture that changes: looks at its pixels twice.
 * @param selector of the element
 */
export async function showsMovingPicture(target: Page | Frame, selector: string): Promise<boolean> {
  const look = () =>
    target.evaluate((which) => {
      const video = document.querySelector(which) as HTMLVideoElement | null;
      if (!video || video.videoWidth === 0) return null;
      const canvas = document.createElement('canvas');
      canvas.width = 64;
      canvas.height = 36;
      const context = canvas.getContext('2d')!;
      context.drawImage(video, 0, 0, 64, 36);
      const pixels = [...context.getImageData(0, 0, 64, 36).data];
      // A black picture would also differ from nothing: some brightness is asked for.
      return pixels.some((value, index) => index % 4 < 3 && value > 60) ? pixels : null;
    }, selector);
  const first = await look();
  if (first === null) return false;
  return until('the picture to change', async () => {
    const next = await look();
    return next?.some((value, index) => Math.abs(value - first[index]!) > 24) ?? false;
  });
}

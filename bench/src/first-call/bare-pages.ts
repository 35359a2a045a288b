import type { Browser, Page } from 'playwright-core';
import type { Side } from '../networks.ts';
import { installProbe } from './probe.ts';

/** A page from nowhere: it is answered by the benchmark and asks nobody for anything. */
export const BARE_ORIGIN = 'http://bare.test';

export type BarePages = Record<Side, Page>;

declare global {
  interface Window {
    bare: {
      /** The caller's description: camera and microphone open, nothing sent yet. */
      offer(): Promise<string>;
      /** The callee's, with all its candidates. */
      answer(sdp: string): Promise<string>;
      accept(sdp: string): Promise<void>;
      /** Until media and data can flow. */
      connected(): Promise<void>;
      end(): void;
    };
  }
}

/**
 * Two pages in the same browsers as the product's, with one peer connection between them and nobody else: connected
 * before the press, no server, no rights, no page to draw but two pictures. What they need is what opening, encoding,
 * decoding and drawing take on this machine at that moment; nobody's call can be quicker by more than half a round trip
 * is long, which is what a server in between adds to the way.
 */
export async function openBarePages(browsers: Record<Side, Browser>): Promise<BarePages> {
  const open = async (side: Side) => {
    const context = await browsers[side].newContext({ viewport: { width: 1280, height: 800 } });
    await context.grantPermissions(['camera', 'microphone'], { origin: BARE_ORIGIN });
    await context.route(`${BARE_ORIGIN}/**`, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><button>With video</button>' }),
    );
    await context.addInitScript(installProbe);
    const page = await context.newPage();
    await page.goto(`${BARE_ORIGIN}/`);
    await page.evaluate(installBareCall);
    return page;
  };
  return { caller: await open('caller'), callee: await open('callee') };
}

/** Connects the two; the press on "With video" in the callee's page does the rest. */
export async function connectBarePages({ caller, callee }: BarePages): Promise<void> {
  const offer = await caller.evaluate(() => window.bare.offer());
  const answer = await callee.evaluate((sdp) => window.bare.answer(sdp), offer);
  await caller.evaluate((sdp) => window.bare.accept(sdp), answer);
  await Promise.all([caller, callee].map((page) => page.evaluate(() => window.bare.connected())));
}

export async function endBareCall(pages: BarePages): Promise<void> {
  await Promise.all(Object.values(pages).map((page) => page.evaluate(() => window.bare.end())));
}

/** Runs in the page. The camera is what the product asks for; three layers would only cost more. */
function installBareCall(): void {
  const CAMERA = { width: 1280, height: 720, frameRate: 30 };
  let connection: RTCPeerConnection | undefined;
  let channel: RTCDataChannel | undefined;
  let stream: MediaStream | undefined;

  const openDevices = async () => (stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: CAMERA }));
  const sendAll = () =>
    Promise.all(
      connection!.getTransceivers().map(({ sender, receiver }) => {
        const track = stream!.getTracks().find(({ kind }) => kind === receiver.track.kind);
        return sender.replaceTrack(track ?? null);
      }),
    );
  const gathered = (one: RTCPeerConnection) =>
    new Promise<string>((done) => {
      const look = () => one.iceGatheringState === 'complete' && done(one.localDescription!.sdp);
      one.addEventListener('icegatheringstatechange', look);
      look();
    });
  const begin = () => {
    connection = new RTCPeerConnection();
    channel = connection.createDataChannel('answered', { negotiated: true, id: 0 });
    return connection;
  };

  window.bare = {
    async offer() {
      const one = begin();
      channel!.addEventListener('message', () => void sendAll());
      await openDevices();
      for (const kind of ['audio', 'video']) one.addTransceiver(kind, { direction: 'sendrecv' });
      await one.setLocalDescription();
      return gathered(one);
    },
    async answer(sdp) {
      const one = begin();
      await one.setRemoteDescription({ type: 'offer', sdp });
      for (const transceiver of one.getTransceivers()) transceiver.direction = 'sendrecv';
      await one.setLocalDescription();
      return gathered(one);
    },
    accept: (sdp) => connection!.setRemoteDescription({ type: 'answer', sdp }),
    async connected() {
      const isUp = () => connection!.connectionState === 'connected' && channel!.readyState === 'open';
      while (!isUp()) await new Promise((done) => setTimeout(done, 20));
    },
    end() {
      for (const track of stream?.getTracks() ?? []) track.stop();
      connection?.close();
      stream = undefined;
    },
  };
  document.querySelector('button')!.addEventListener('click', () => {
    channel!.send('');
    void openDevices().then(sendAll);
  });
}

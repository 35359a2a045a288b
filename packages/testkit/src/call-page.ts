import { until } from './until.ts';

/** What `received()` of the media engine's test page (packages/sfu/src/call.page.js) tells of one remote track. */
export interface Received {
  identity: string;
  sid: string;
  source: string;
  kind: 'audio' | 'video';
  muted: boolean;
  subscribed: boolean;
  framesDecoded?: number;
  frameWidth?: number;
  totalAudioEnergy?: number;
  packetsReceived?: number;
}

/** A browser's page, whoever drives it. */
export interface CallPage {
  evaluate(expression: string): Promise<unknown>;
}

export const received = (page: CallPage): Promise<Received[]> => page.evaluate('received()') as Promise<Received[]>;

export const publish = (page: CallPage): Promise<unknown> =>
  page.evaluate('call.room.localParticipant.enableCameraAndMicrophone().then(() => true)');

export async function track(page: CallPage, identity: string, source: string): Promise<Received | undefined> {
  return (await received(page)).find((row) => row.identity === identity && row.source === source);
}

/** Waits until the page decodes new frames of this source: not a still picture, not one already counted. */
export async function seesMoving(page: CallPage, identity: string, source = 'camera'): Promise<void> {
  let first = await until(`${identity}'s ${source} decoded`, async () => {
    const row = await track(page, identity, source);
    return row?.subscribed && (row.framesDecoded ?? 0) > 0 ? row : undefined;
  });
  await until(`${identity}'s ${source} moving`, async () => {
    const row = await track(page, identity, source);
    // The page may have shown what was there before the other side came back.
    if (row?.subscribed && row.framesDecoded !== undefined && row.sid !== first.sid) first = row;
    return row !== undefined && row.sid === first.sid && row.framesDecoded! > first.framesDecoded! + 5;
  });
}

/** The fake microphone beeps: energy grows only while its sound is decoded. */
export async function hears(page: CallPage, identity: string): Promise<void> {
  let first = await until(`${identity}'s sound subscribed`, async () => {
    const row = await track(page, identity, 'microphone');
    return row?.subscribed && row.totalAudioEnergy !== undefined ? row : undefined;
  });
  await until(`${identity}'s sound heard`, async () => {
    const row = await track(page, identity, 'microphone');
    if (row?.subscribed && row.totalAudioEnergy !== undefined && row.sid !== first.sid) first = row;
    return row && row.totalAudioEnergy! > first.totalAudioEnergy! + 0.01;
  });
}

import { type Call, declineCall, endCall, joinCall, leaveCall, startCall } from '@alongside/contracts';
import { isOver } from '@alongside/desk';
import { ApiError } from '../api-error.ts';
import { backoffMs } from '../backoff.ts';
import { newId } from '../ids.ts';
import { createCell, toldLater } from '../store.ts';
import { captureFailed } from '../watch/capture-failed.ts';
import type { Happening } from '../watch/sampler.ts';
import { reportAddresses } from './address-report.ts';
import { createIdleSnapshot, failureOf, isSame, NO_PREVIEW, oneself, participantsOf, steady } from './call-state.ts';
import type { CallControllerOptions } from './controller-options.ts';
import { createDeviceList } from './devices.ts';
import { enterRoom } from './enter-room.ts';
import { createLevelMeter, IN_CALL_DELAY_MS } from './level-meter.ts';
import { type LiveKit, loadedLiveKit, loadLiveKit } from './livekit.ts';
import { createLocalMedia, type LocalMedia } from './local-media.ts';
import { createMediaAddresses } from './media-addresses.ts';
import type { CallController, CallFailureReason, CallSnapshot, MediaChoice, PreviewSnapshot } from './model.ts';
import { loadQualityReport, startQualityReport } from './quality-report.ts';
import { recallCall, rememberCall } from './remembered-call.ts';
import { createStandbyKeeper, type Standby, standbyOpener } from './standby.ts';
import { createStay, liveSinceOf, outcomeOf, pauseStay, phaseOf, type Stay, type WayIn } from './stay.ts';

/** Attempts at entering for the first time before the person is told that it does not work. */
const FIRST_ATTEMPTS = 4;

/** Drawing the call takes longer than opening the devices, and whoever answers does not see that it waits so long, ms. */
const DRAWN_AFTER_MS = 150;

/** Makes the page's call controller, and walks back into the call a reload interrupted. */
export function createCallController(options: CallControllerOptions): CallController {
  const { api, me } = options;
  const devices = createDeviceList();
  const addresses = createMediaAddresses();
  const standbys = createStandbyKeeper(standbyOpener(api, devices, addresses), devices);
  const cell = createCell<CallSnapshot>(createIdleSnapshot());
  const screens = toldLater(cell);
  const previewMedia = createCell<PreviewSnapshot>(NO_PREVIEW);
  const level = createCell(0);
  const meter = createLevelMeter(level);
  let media: LocalMedia | null = null;
  let stay: Stay | null = null;
  let lastWants: MediaChoice = { microphone: true, camera: false };
  /** How the call began that never came to be; null where the server has it, and one joins. */
  let unstarted: Stay['first'] | null = null;
  let closed = false;
  /** Devices that could not be had before there was a call to tell it of. */
  const failures: Happening[] = [];

  function patch(change: Partial<CallSnapshot>): void {
    const before = cell.getSnapshot();
    const now = { ...before, ...change };
    if (!closed && !isSame(before, now)) cell.set(now);
  }

  const ensureMedia = async (): Promise<LocalMedia> => mediaWith(await loadLiveKit());

  function mediaWith(lk: LiveKit): LocalMedia {
    if (!media) {
      media = createLocalMedia(lk, devices, (what, thrown) => {
        const happening = captureFailed(what, thrown);
        if (stay) stay.quality.tell(happening);
        else failures.push(happening);
      });
      media.subscribe(onMedia);
    }
    return media;
  }

  function dropMedia(): void {
    meter.follow(null, 0);
    media?.stop();
    media = null;
    previewMedia.set(NO_PREVIEW);
  }

  function onMedia(): void {
    if (!media) return;
    const own = media.getSnapshot();
    meter.follow(own.microphoneTrack, stay ? IN_CALL_DELAY_MS : 0);
    previewMedia.set({ microphone: own.microphone, camera: own.camera, video: own.cameraVideo });
    if (stay) {
      const wants = { microphone: own.microphone.state !== 'off', camera: own.camera.state !== 'off' };
      lastWants = wants;
      remember();
    }
    show();
  }

  function remember(): void {
    if (!stay?.known) return;
    rememberCall({ personId: me.id, ticketId: stay.ticketId, callId: stay.callId, media: lastWants });
  }

  /** What the room and the devices say now, as the screen shows it. */
  function show(change: Partial<CallSnapshot> = {}): void {
    const own = media?.getSnapshot();
    const room = stay?.room ?? null;
    const before = cell.getSnapshot();
    const myself = oneself(me, own, change.network ?? before.network);
    patch({
      ...(own ? { microphone: own.microphone, camera: own.camera, screen: own.screen } : {}),
      ...(stay ? { phase: phaseOf(stay), call: stay.call, liveSince: liveSinceOf(stay, options.clockOffsetMs()) } : {}),
      participants: steady(before.participants, stay ? participantsOf(myself, room, stay.call) : []),
      needsGesture: room?.needsGesture() ?? false,
      isDirect: room?.isDirect() ?? false,
      ...change,
    });
  }

  function standByRings(): void {
    const rings = stay ? [] : options.ringing.getSnapshot().map(({ call }) => call.id);
    standbys.follow(rings);
    // At the press there is enough to do. Without it the call is not measured, and that is all.
    if (rings.length > 0) loadQualityReport().catch(() => {});
  }

  async function begin(
    ticketId: string,
    callId: string,
    wants: MediaChoice,
    { first, standby = null, known }: Pick<Stay, 'first' | 'known'> & { standby?: Standby | null },
  ): Promise<void> {
    if (stay) void leave();
    lastWants = wants;
    // Within the press that answers: later the browser may hold sound back.
    standby?.session.startAudio().catch(() => {});
    const quality = startQualityReport(api, callId, {
      clockOffsetMs: options.clockOffsetMs,
      onGrade(network, measured) {
        remember();
        show({ network, quality: measured });
      },
    });
    for (const happening of failures.splice(0)) quality.tell(happening);
    const mine = createStay(ticketId, callId, { first, standby, known, quality });
    stay = mine;
    remember();
    // All at once: opening the devices, since a question the browser puts to the person must not hold up the call, asking
    // the server, and only then whatever draws the screen anew, which takes the page longer than both.
    const draw = standby ? screens.hold(DRAWN_AFTER_MS) : () => {};
    const open = (own: LocalMedia) => {
      if (mine.done) return;
      if (standby) own.adopt(standby.placeholders);
      standby?.session.publish(own);
      void own.open(wants).finally(draw);
    };
    const lk = loadedLiveKit();
    if (lk) open(mediaWith(lk));
    else ensureMedia().then(open, () => fail(mine, 'unsupported', null, true));
    const running = run(mine);
    options.onAnswered(callId);
    standByRings();
    cell.set({ ...createIdleSnapshot(), phase: 'joining', ticketId, callId });
    show();
    await running;
  }

  /** Enters the room and comes back into it after every cut, until the call is over or one leaves. */
  async function run(mine: Stay): Promise<void> {
    let failures = 0;
    let asked = false;
    while (!mine.done) {
      try {
        const again = () => api.call(joinCall, { params: { id: mine.callId }, body: {} });
        const reply = asked ? await again() : await mine.first();
        asked = true;
        takeCall(mine, reply.call);
        // Left while the server was letting us in: when we said so it did not know of us yet, and would ring on.
        if (mine.done && !isOver(reply.call) && stay?.callId !== mine.callId) void tellLeft(mine.callId, null);
        if (mine.done) return;
        follow(mine);
        if (mine.done) return;
        const end = await stayInRoom(mine, reply);
        if (mine.done) return;
        failures = 0;
        if (end === 'over') finish(mine, await outcomeOf(mine));
        else if (end !== 'lost') fail(mine, end, null, true);
      } catch (thrown) {
        if (mine.done) return;
        failures += 1;
        const failure = failureOf(thrown);
        if (failure === 'over') finish(mine, 'ended');
        else if (failure === 'recorded') fail(mine, failure, (thrown as ApiError).message, true);
        else if (failure === 'refused') fail(mine, 'refused', (thrown as ApiError).message, false);
        else if (!mine.entered && failures >= FIRST_ATTEMPTS) {
          fail(mine, failure, thrown instanceof ApiError ? thrown.message : null, true);
        }
      }
      if (mine.done) return;
      show({ network: mine.entered ? 'lost' : 'unknown' });
      await pauseStay(mine, failures === 0 ? 300 : backoffMs(failures, Math.random()));
    }
  }

  async function stayInRoom(mine: Stay, reply: WayIn) {
    try {
      const room = await enterRoom(mine, reply, {
        devices,
        media: ensureMedia,
        origin: api.baseUrl || location.origin,
        addresses,
        onChange: show,
      });
      if (mine.done) {
        await room.leave();
        return 'lost';
      }
      void reportAddresses(api, mine.callId, addresses);
      mine.entered = true;
      mine.quality.measure(room);
      onMedia();
      return await room.ended;
    } finally {
      mine.quality.measure(null);
      mine.room = null;
    }
  }

  function follow(mine: Stay): void {
    mine.stopFollowing ??= options.followCall(mine.ticketId, mine.callId, (call) => takeCall(mine, call));
    // Over at the first look: there was nothing to stop yet.
    if (mine.done) mine.stopFollowing();
  }

  function takeCall(mine: Stay, call: Call): void {
    if (mine.done) return;
    mine.call = call;
    mine.known = true;
    remember();
    if (isOver(call)) finish(mine, call.state);
    else show();
  }

  /** Lets go of everything of a stay. */
  function release(mine: Stay): void {
    mine.done = true;
    mine.hurry();
    mine.stopFollowing?.();
    mine.quality.stop();
    void mine.room?.leave();
    mine.room = null;
    void mine.standby?.session.leave();
    mine.standby = null;
    rememberCall(null);
    if (stay === mine) {
      stay = null;
      dropMedia();
      standByRings();
    }
  }

  function finish(mine: Stay, outcome: CallSnapshot['outcome']): void {
    if (mine.done) return;
    const quality = mine.quality.summary();
    const liveSince = liveSinceOf(mine, options.clockOffsetMs());
    const { ticketId, callId, call } = mine;
    release(mine);
    cell.set({ ...createIdleSnapshot(), phase: 'ended', ticketId, callId, call, liveSince, outcome, quality });
  }

  function fail(mine: Stay, reason: CallFailureReason, message: string | null, canRetry: boolean): void {
    if (mine.done) return;
    release(mine);
    unstarted = mine.known ? null : mine.first;
    const failure = { reason, message, canRetry, addresses: addresses.failures() };
    const { ticketId, callId, call } = mine;
    cell.set({ ...createIdleSnapshot(), phase: 'failed', ticketId, callId, call, failure });
    void reportAddresses(api, callId, addresses).then((seen) => {
      if (seen && cell.getSnapshot().failure === failure) patch({ failure: { ...failure, addresses: seen } });
    });
  }

  async function leave(): Promise<void> {
    const mine = stay;
    if (!mine) return;
    const quality = mine.quality.summary();
    const wasRinging = mine.call?.state === 'ringing' && mine.call.startedBy.id === me.id;
    finish(mine, wasRinging ? 'cancelled' : 'left');
    await tellLeft(mine.callId, quality);
  }

  // Outlives the page: one may leave by closing the window right after.
  const tellLeft = (id: string, quality: CallSnapshot['quality']) =>
    api.call(leaveCall, { params: { id }, body: { quality } }, { keepalive: true }).catch(() => {});

  const start = (ticketId: string, wants: MediaChoice) => {
    const callId = newId();
    const first = () => api.call(startCall, { params: { id: ticketId }, body: { callId, video: wants.camera } });
    return begin(ticketId, callId, wants, { first, known: false });
  };
  const join = (ticketId: string, callId: string, wants: MediaChoice, agreesToRecording = false) => {
    // To begin anew one would have to leave first, and leaving one's own ring takes it back.
    if (stay?.callId === callId) return Promise.resolve();
    // What a preview opened is sent as it is: the places held for it, muted, would be taken for it.
    const standby = cell.getSnapshot().phase === 'preview' ? null : standbys.take(callId);
    const body = { agreesToRecording, ...(standby ? { standby: standby.connection } : {}) };
    const first = () => api.call(joinCall, { params: { id: callId }, body });
    return begin(ticketId, callId, wants, { first, standby, known: true });
  };

  let previewFor: { ticketId: string; callId: string | null } | null = null;
  const stopHurrying = options.onReached(() => stay?.hurry());
  const stopStandingBy = options.ringing.subscribe(standByRings);
  standByRings();

  const remembered = recallCall(me.id);
  if (remembered) void join(remembered.ticketId, remembered.callId, remembered.media);

  return {
    subscribe: screens.subscribe,
    getSnapshot: cell.getSnapshot,
    devices,
    preview: { subscribe: previewMedia.subscribe, getSnapshot: previewMedia.getSnapshot },
    level: { subscribe: level.subscribe, getSnapshot: level.getSnapshot },
    async openPreview(ticketId, callId, wants) {
      if (stay) return;
      previewFor = { ticketId, callId };
      cell.set({ ...createIdleSnapshot(), phase: 'preview', ticketId, callId });
      void devices.refresh();
      const own = await ensureMedia();
      if (previewFor) await own.open(wants);
    },
    setPreview(wants) {
      if (wants.microphone !== undefined) void media?.setMicrophone(wants.microphone);
      if (wants.camera !== undefined) void media?.setCamera(wants.camera);
    },
    closePreview() {
      previewFor = null;
      if (cell.getSnapshot().phase !== 'preview') return;
      dropMedia();
      cell.set(createIdleSnapshot());
    },
    async enter() {
      if (!previewFor) return;
      const { ticketId, callId } = previewFor;
      previewFor = null;
      const own = media?.getSnapshot();
      const wants = { microphone: own?.microphone.state !== 'off', camera: own?.camera.state === 'on' };
      await (callId ? join(ticketId, callId, wants) : start(ticketId, wants));
    },
    start,
    join: (ticketId, callId, wants) => join(ticketId, callId, wants),
    async decline(callId) {
      options.onAnswered(callId);
      await api.call(declineCall, { params: { id: callId }, body: {} });
    },
    leave,
    async end() {
      const mine = stay;
      if (!mine) return;
      const body = { quality: mine.quality.summary() };
      try {
        await api.call(endCall, { params: { id: mine.callId }, body });
      } catch (thrown) {
        // Left meanwhile: whoever leaves instead would leave the next one.
        if (stay === mine) throw thrown;
      }
      finish(mine, 'ended');
    },
    async retry() {
      const { ticketId, callId, phase, failure } = cell.getSnapshot();
      if (phase !== 'failed' || !ticketId || !callId) return;
      if (unstarted) return begin(ticketId, callId, lastWants, { first: unstarted, known: false });
      await join(ticketId, callId, lastWants, failure?.reason === 'recorded');
    },
    dismiss() {
      const { phase } = cell.getSnapshot();
      if (phase === 'ended' || phase === 'failed') cell.set(createIdleSnapshot());
    },
    setMicrophone: async (on) => media?.setMicrophone(on),
    setCamera: async (on) => media?.setCamera(on),
    setScreen: async (on) => media?.setScreen(on),
    async chooseDevice(kind, deviceId) {
      devices.remember(kind, deviceId);
      if (kind !== 'speaker') await media?.chooseDevice(kind, deviceId);
      else await stay?.room?.setSpeaker(deviceId).catch(() => {});
    },
    refreshDevices: () => devices.refresh(),
    async startAudio() {
      await stay?.room?.startAudio();
      show();
    },
    close() {
      void leave();
      closed = true;
      stopStandingBy();
      standbys.close();
      dropMedia();
      devices.close();
      stopHurrying();
    },
  };
}

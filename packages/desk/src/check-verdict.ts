import type {
  CheckAddress,
  CheckDeviceProblem,
  CheckPath,
  CheckReason,
  CheckReasonCode,
  CheckReport,
  CheckRoundTrip,
  CheckStepId,
  CheckStepOutcome,
  CheckVerdict,
  CheckWeight,
} from '@alongside/contracts';

/*
 * Thresholds. Bitrates: Opus speaks well from 24 kbit/s and needs some 40 with its headers; a picture of 360 lines is
 * watchable from about 400. Delay, loss and jitter: where ITU-T G.114 and G.107 (table B.1) have people begin to complain,
 * and what a jitter buffer takes without being heard.
 */
const SOUND_BPS = 40_000;
const PICTURE_BPS = 400_000;
const RTT_MS = 300;
const LOSS_RATIO = 0.03;
const JITTER_MS = 30;
/** Audible concealment beyond this is noticed as gaps. */
const CONCEALED_RATIO = 0.02;
/** Of the measured time in which the picture stood. */
const FROZEN_RATIO = 0.1;

/** Below, not even a microphone's own noise: it is switched off or the wrong one (−80 dB of full scale). */
const SILENT_PEAK = 0.0001;
/** Below, speech was not in it (−46 dB of full scale). */
const QUIET_PEAK = 0.005;
/** Darker than a covered lens. */
const BLACK_LUMA = 0.03;
/** A sensor's own noise changes more. */
const STILL_CHANGE = 0.000_1;

const WEIGHTS: Record<CheckWeight, number> = { blocks: 3, degrades: 2, note: 1 };
const OUTCOMES: Record<CheckWeight, CheckStepOutcome> = { blocks: 'failed', degrades: 'warning', note: 'note' };

type Note = (
  step: CheckStepId,
  weight: CheckWeight,
  code: CheckReasonCode,
  about?: string | null,
  value?: number | null,
) => void;

/**
 * Whether a call would go well where a check was run. Decided from what was measured alone, so that page and server say
 * the same and nobody's word is taken for it.
 */
export function judgeCheck(report: CheckReport): CheckVerdict {
  const reasons: CheckReason[] = [];
  const note: Note = (step, weight, code, about = null, value = null) =>
    void reasons.push({ code, step, weight, about, value });
  judgeBrowser(report, note);
  judgeMicrophone(report, note);
  judgeCamera(report, note);
  if (report.speaker === 'not_heard') note('speaker', 'degrades', 'speaker_not_heard');
  if (report.speaker === 'unplayable') note('speaker', 'note', 'speaker_unplayable');
  judgeAddresses(report, note);
  const hasPath = judgePaths(report.addresses ?? [], report.roundTrip, note);
  if (report.roundTrip && hasPath) judgeRoundTrip(report.roundTrip, note);
  reasons.sort((a, b) => WEIGHTS[b.weight] - WEIGHTS[a.weight]);
  const heaviest = reasons[0]?.weight;
  return {
    state: heaviest === 'blocks' ? 'blocked' : heaviest === 'degrades' ? 'degraded' : 'ready',
    reasons,
    steps: outcomesOf(report, reasons),
  };
}

function judgeBrowser({ browser, wasHidden }: CheckReport, note: Note): void {
  for (const what of browser.lacks) {
    if (what === 'secure_context') note('browser', 'blocks', 'insecure_page');
    // Without it the level is not shown, and that is all.
    else if (what === 'web_audio') note('browser', 'note', 'browser_lacks', what);
    // On plain http all devices are hidden: said already.
    else if (what !== 'media_devices' || !browser.lacks.includes('secure_context'))
      note('browser', 'blocks', 'browser_lacks', what);
  }
  if (wasHidden) note('browser', 'note', 'page_hidden');
}

function judgeMicrophone({ microphone }: CheckReport, note: Note): void {
  if (!microphone) return;
  if (microphone.problem) {
    const code = deviceCode('microphone', microphone.problem);
    if (code) note('microphone', 'blocks', code);
  } else if (microphone.peak === null) note('microphone', 'note', 'microphone_unmeasured');
  else if (microphone.peak < SILENT_PEAK) note('microphone', 'degrades', 'microphone_silent');
  else if (microphone.peak < QUIET_PEAK) note('microphone', 'note', 'microphone_quiet');
}

function judgeCamera({ camera }: CheckReport, note: Note): void {
  if (!camera) return;
  if (camera.problem) {
    const code = deviceCode('camera', camera.problem);
    // A machine without a camera can still speak.
    if (code) note('camera', camera.problem === 'no-device' ? 'note' : 'degrades', code);
    return;
  }
  const brightest = Math.max(0, ...camera.lumas);
  if (camera.lumas.length === 0) return;
  if (brightest < BLACK_LUMA) note('camera', 'degrades', 'camera_black');
  else if (camera.change !== null && camera.change < STILL_CHANGE) note('camera', 'degrades', 'camera_frozen');
}

function deviceCode(kind: 'microphone' | 'camera', problem: CheckDeviceProblem): CheckReasonCode | null {
  switch (problem) {
    case 'blocked':
    case 'cancelled':
      return `${kind}_blocked`;
    case 'system-blocked':
      return `${kind}_system_blocked`;
    case 'no-device':
      return `${kind}_missing`;
    case 'in-use':
      return `${kind}_in_use`;
    // Said of the page already.
    case 'insecure-context':
      return null;
    default:
      return `${kind}_failed`;
  }
}

function judgeAddresses({ addresses, backups }: CheckReport, note: Note): void {
  if (addresses === null) {
    note('addresses', 'blocks', 'calls_unavailable');
    return;
  }
  const isAnyUp = addresses.some(({ signal }) => signal.state === 'ok');
  if (!isAnyUp && addresses.length > 0) {
    const first = addresses[0]!;
    const isSocket = addresses.every(({ signal }) => signal.state === 'no_web_socket');
    note('addresses', 'blocks', isSocket ? 'web_socket_blocked' : 'no_address', first.host);
  }
  for (const { host, role, signal } of isAnyUp ? addresses : []) {
    if (signal.state === 'ok') continue;
    if (signal.state === 'no_web_socket') note('addresses', 'degrades', 'web_socket_blocked', host);
    else note('addresses', 'degrades', role === 'primary' ? 'primary_unreachable' : 'backup_unreachable', host);
  }
  if (backups === 'missing') note('addresses', 'note', 'backup_missing');
  if (backups === 'same_place') note('addresses', 'note', 'backup_same_place');
}

/** @returns whether media got through anywhere, as far as it was tried */
function judgePaths(addresses: readonly CheckAddress[], roundTrip: CheckRoundTrip | null, note: Note): boolean {
  const up = addresses.filter(({ signal }) => signal.state === 'ok');
  const paths = up.flatMap((address) => address.paths);
  const isTried = ({ state }: CheckPath) => state === 'ok' || state === 'failed';
  const isOk = (kind: CheckPath['kind']) => paths.some((path) => path.kind === kind && path.state === 'ok');
  const tried = paths.filter(isTried);
  if (tried.length === 0) return up.length > 0;
  const relays = paths.filter(({ kind }) => kind.startsWith('relay'));
  const isDirect = isOk('udp') || isOk('tcp');
  const isRelayed = relays.some(({ state }) => state === 'ok');
  if (!isDirect && !isRelayed) {
    note('media', 'blocks', 'no_path', up[0]!.host);
    return false;
  }
  for (const { host, paths: own } of up) {
    const hasOwn = (kind: CheckPath['kind']) => own.some((path) => path.kind === kind && path.state === 'ok');
    const isUdpTried = own.some((path) => path.kind === 'udp' && isTried(path));
    if (!isUdpTried || hasOwn('udp')) continue;
    if (hasOwn('tcp')) note('media', 'degrades', 'udp_blocked', host);
    else note('media', 'degrades', isRelayed && !isDirect ? 'relay_only' : 'no_path', host);
  }
  for (const { relay, state, error } of relays)
    if (state === 'failed')
      note(
        'media',
        'note',
        error === 'unauthorised' || error === 'quota' ? 'relay_refused' : 'relay_unreachable',
        relay,
      );
  if (relays.length > 0 && relays.every(({ state }) => state === 'not_offered')) note('media', 'note', 'relay_missing');
  return roundTrip?.failure !== 'no_address';
}

function judgeRoundTrip(trip: CheckRoundTrip, note: Note): void {
  if (trip.failure === 'cancelled') return;
  if (trip.failure !== null) {
    note('quality', 'blocks', 'round_trip_failed', trip.failure);
    return;
  }
  const { upBps, downBps, rttMs, lossRatio, jitterMs, concealedRatio, freezeMs, measuredMs, findings } = trip;
  if (upBps !== null && upBps < PICTURE_BPS)
    note('bandwidth', upBps < SOUND_BPS ? 'blocks' : 'degrades', 'upload_low', null, upBps);
  // What was not sent cannot arrive: where the way up is narrow, it is the one to be told of.
  else if (downBps !== null && downBps < PICTURE_BPS)
    note('bandwidth', downBps < SOUND_BPS ? 'blocks' : 'degrades', 'download_low', null, downBps);
  if (rttMs !== null && rttMs >= RTT_MS) note('quality', 'degrades', 'rtt_high', null, rttMs);
  if (lossRatio !== null && lossRatio >= LOSS_RATIO) note('quality', 'degrades', 'loss_high', null, lossRatio);
  if (jitterMs !== null && jitterMs >= JITTER_MS) note('quality', 'degrades', 'jitter_high', null, jitterMs);
  if (concealedRatio !== null && concealedRatio >= CONCEALED_RATIO)
    note('quality', 'degrades', 'sound_gaps', null, concealedRatio);
  if (freezeMs !== null && measuredMs > 0 && freezeMs / measuredMs >= FROZEN_RATIO)
    note('quality', 'degrades', 'picture_stands', null, freezeMs);
  for (const { rule, severity } of findings)
    if (!SAID_ABOVE.has(rule)) note('quality', severity === 'minor' ? 'note' : 'degrades', 'finding', rule);
}

/** Rules whose findings the numbers above say already. */
const SAID_ABOVE = new Set(['high-rtt', 'high-jitter', 'packet-loss', 'choppy-audio', 'video-freeze', 'relay-tcp']);

function outcomesOf(report: CheckReport, reasons: readonly CheckReason[]): CheckVerdict['steps'] {
  const isUp = report.addresses?.some(({ signal }) => signal.state === 'ok') ?? false;
  const trip = report.roundTrip;
  const isMeasured = trip !== null && trip.failure === null;
  const wasDone: Record<CheckStepId, boolean> = {
    browser: true,
    microphone: report.microphone !== null && report.microphone.problem !== 'insecure-context',
    camera: report.camera !== null && report.camera.problem !== 'insecure-context',
    speaker: report.speaker === 'heard' || report.speaker === 'not_heard',
    addresses: true,
    media: isUp && report.addresses!.some(({ paths }) => paths.some(({ state }) => state !== 'skipped')),
    bandwidth: isMeasured,
    quality: isMeasured,
  };
  const outcome = (step: CheckStepId): CheckStepOutcome => {
    // The heaviest comes first.
    const reason = reasons.find((one) => one.step === step);
    if (reason) return OUTCOMES[reason.weight];
    return wasDone[step] ? 'ok' : 'skipped';
  };
  return {
    browser: outcome('browser'),
    microphone: outcome('microphone'),
    camera: outcome('camera'),
    speaker: outcome('speaker'),
    addresses: outcome('addresses'),
    media: outcome('media'),
    bandwidth: outcome('bandwidth'),
    quality: outcome('quality'),
  };
}

import { candidateEvent, type Unsigned } from './internals-events.ts';

type What = 'microphone' | 'camera' | 'screen' | 'unknown';
type Place = { atMs: number; connectionId: string };

const STATES = 'new|checking|connecting|connected|completed|disconnected|failed|closed';
/** Between a name and its value: punctuation and the words of a sentence, then perhaps the value before. */
const TO = `["']?(?:\\s*(?:state|状态))?(?:\\s*(?:changed?|变化|变更|变为|is|now|has|to|为|->|=>|→|[:=：,]))*\\s*["'(]?`;
const THEN = `(${STATES})\\b["')]?(?:\\s*(?:->|=>|→|to|变为)\\s*["']?(${STATES})\\b)?`;
const state = (name: string) => new RegExp(`${name}${TO}(?:from\\s+["']?)?${THEN}`, 'i');

const ICE_STATE = state('\\b(?:on)?ICE[ _-]?(?:connection)?[ _-]?(?:state)?(?:[ _-]?change[d]?)?');
const ICE_STATE_ZH = state('ICE\\s*(?:连接)?\\s*状态');
const ICE_FAILED =
  /\bICE(?: connection| negotiation| transport)? (?:has )?(?:failed|timed out)\b|ICE\s*(?:连接|协商)失败/i;
const CONNECTION_STATE = state(
  '(?:\\bpeer[ _-]?connection|\\bpc|(?<!ice)(?<!ice[ _-])\\bconnection(?=[ _-]?state))[ _-]?(?:connection)?[ _-]?(?:state)?(?:[ _-]?change[d]?)?',
);
const GATHERING_STATE =
  /\bice ?gathering ?(?:state)?(?: ?change[d]?)?["']?(?:\s*(?:is|now|to|->|[:=]))*\s*["']?(new|gathering|complete)\b/i;
const DTLS_FAILED = /\bDTLS\b[^\n]{0,80}?(?:alert|fail|error|timed? ?out|mismatch|失败|超时)/i;
/** A deadline that passed for who reads or writes is set by who hangs up (pion): the handshake is long over. */
const DTLS_ENDED = /read\/write timeout/i;
const ICE_RESTART = /\bice[ _-]?restart(?:ed|ing)?\b|\brestartIce\b/i;

const CAPTURE_ERRORS =
  'NotAllowedError|NotFoundError|NotReadableError|OverconstrainedError|PermissionDeniedError|PermissionDismissedError|DevicesNotFoundError|TrackStartError|ConstraintNotSatisfiedError';
/** Names that other interfaces throw too: they count only where a line speaks of capturing. */
const CAPTURE_NAMES = new RegExp(
  `\\b(${CAPTURE_ERRORS}|AbortError|SecurityError|TypeError|InvalidStateError)\\b:?\\s*(.{0,300})`,
);
const SURE_CAPTURE = new RegExp(CAPTURE_ERRORS);
const CAPTURING =
  /getUserMedia|getDisplayMedia|mediaDevices|gum\b|camera|microphone|\bmic\b|screen ?shar|摄像头|麦克风|相机|屏幕共享/i;
const NOT_CAPTURING =
  /clipboard|fullscreen|wakeLock|wake lock|serviceWorker|notification|navigator\.share|WebAuthn|credential|geolocation/i;
const PLAYING = /\bplay\(\)|\.play\b|autoplay|自动播放|user didn.t interact/i;
const DENIED_ZH =
  /(麦克风|录音|摄像头|相机|屏幕)[^。\n]{0,12}(?:权限|授权)[^。\n]{0,8}(?:拒绝|未授予|未授权|失败|没有)|拒绝了?[^。\n]{0,8}(麦克风|录音|摄像头|相机|屏幕)/;
const TAKEN =
  /(麦克风|摄像头|相机)[^。\n]{0,6}(?:被占用|占用中|打开失败|无法打开)|\b(camera|microphone)\b[^\n]{0,20}\b(?:in use|already used|busy)\b/i;

const RELAY_ERROR = /\b(?:turn|stun)\b|allocat(?:e|ion)|icecandidateerror|ice ?candidate ?error/i;
const RELAY_CODE = /\b(300|400|401|403|420|437|438|440|441|442|443|446|447|486|500|508|600|701)\b/;
const FAILING = /fail|error|reject|unauthori[sz]ed|forbidden|refused|timed? ?out|unreachable|失败|错误|超时/i;
const SERVER_URL = /\b(?:turns?|stuns?):[^\s"',;)\]}]+/i;
/** libwebrtc asks without a credential first: the refusal is how it learns what to answer with. */
const CHALLENGE = /error response/i;

const SOCKET =
  /web[ _-]?socket|\bws[s]?\b|\bsignal(?:l?ing)?(?:[ _-]?(?:client|connection|channel|server))?\b|socket\.io|信令/i;
const SOCKET_AWAY = /\b(?:closed?|closing|disconnected|lost|dropped|terminated)\b|断开|关闭|断线|掉线/i;
const SOCKET_FAILED = /\b(?:error|failed|failure|refused|timed? ?out)\b|失败|超时/i;
const SOCKET_AGAIN = /\breconnect(?:ing)?\b|\bretry(?:ing)?\b|重连|重新连接/i;
const SOCKET_OPEN = /\b(?:open(?:ed)?|connected|established|reconnected|ready)\b|连接成功|已连接|连上/i;
/** Not within an identifier, whose parts may be four digits too. */
const CLOSE_CODE = /(?<![\w-])(1\d{3}|[34]\d{3})(?![\w-])/;
const SOCKET_URL = /\bwss?:\/\/[^\s"',;)\]}]+/i;

const CONNECTION =
  /\b(?:pc|peer[ _]?connection)[\s#:_=[(-]{0,3}([\w-]{0,20}\d[\w-]{0,20})\b|\b(subscriber|publisher)\b/i;

/** `"reconnect": false`, `error: null`, `pingTimeout=15`: what is named is not so, or is a setting. */
const NOT_SO =
  /["']?\b(?:[\w.-]{1,40}["']?\s?[:=]\s?(?:false|null|undefined|<?nil>?|""|'')|[\w.-]{0,40}timeout\w{0,20}["']?\s?[:=]\s?\d+)(?![\w.])/gi;

/** A line worth a closer look: most are not. */
const WORTH =
  /ice|dtls|turn|stun|allocat|Error|play|socket|\bwss?\b|signal|信令|麦克风|摄像头|相机|录音|屏幕|state|description|createOffer|createAnswer|candidate|device ?change|devices changed|visib|background|后台|前台|network|offline|online|网络/i;

/**
 * What a line of a client's log says of a call, where it says something well known.
 * @param level as told; null where it is not
 */
export function happeningsOf(text: string, atMs: number, level: string | null): Unsigned[] {
  if (!WORTH.test(text)) return [];
  const line = text.slice(0, 4_000).replace(NOT_SO, '…');
  const place: Place = { atMs, connectionId: connectionOf(line) };
  const found = [
    iceOf(line, place) ?? connectionStateOf(line, place),
    relayOf(line, place, level),
    captureOf(line, atMs),
    ...signallingOf(line, atMs),
    descriptionOf(line, place),
    ...candidatesOf(line, place),
    pageOf(line, atMs),
  ];
  if (DTLS_FAILED.test(line) && !DTLS_ENDED.test(line)) found.push({ ...place, type: 'dtls_state', state: 'failed' });
  if (/devicechange|device (?:list )?changed|devices changed|设备(?:列表)?(?:变化|变更)/i.test(line))
    found.push({ type: 'devices_changed', atMs });
  return found.filter((event) => event !== null);
}

function connectionOf(line: string): string {
  const found = CONNECTION.exec(line);
  return (found?.[1] ?? found?.[2]?.toLowerCase() ?? 'log').slice(0, 40);
}

function iceOf(line: string, place: Place): Unsigned | null {
  const gathering = GATHERING_STATE.exec(line);
  if (gathering) return { ...place, type: 'gathering_state', state: gathering[1]!.toLowerCase() };
  const told = ICE_STATE.exec(line) ?? ICE_STATE_ZH.exec(line);
  if (told) return { ...place, type: 'ice_state', state: (told[2] ?? told[1])!.toLowerCase() };
  if (ICE_FAILED.test(line)) return { ...place, type: 'ice_state', state: 'failed' };
  return ICE_RESTART.test(line) ? { ...place, type: 'ice_restarted' } : null;
}

function connectionStateOf(line: string, place: Place): Unsigned | null {
  // A room’s or a socket’s connection is none between peers.
  if (/\broom\b/i.test(line) || SOCKET.test(line)) return null;
  const told = CONNECTION_STATE.exec(line);
  return told ? { ...place, type: 'connection_state', state: (told[2] ?? told[1])!.toLowerCase() } : null;
}

function relayOf(line: string, place: Place, level: string | null): Unsigned | null {
  if (!RELAY_ERROR.test(line) || !FAILING.test(line)) return null;
  const code = Number(RELAY_CODE.exec(line.replace(SERVER_URL, ''))?.[1] ?? 0);
  const url = SERVER_URL.exec(line)?.[0] ?? '';
  if (code === 0 && url === '') return null;
  const isChallenge = (code === 401 || code === 438) && CHALLENGE.test(line) && level !== 'error' && level !== 'fatal';
  return isChallenge ? null : { ...place, type: 'candidate_error', url, code, text: line.slice(0, 300) };
}

function captureOf(line: string, atMs: number): Unsigned | null {
  const named = CAPTURE_NAMES.exec(line);
  const name = named?.[1] ?? '';
  const text = (named?.[2] ?? line).slice(0, 300);
  if ((name === 'NotAllowedError' || /play\(\) failed/i.test(line)) && PLAYING.test(line))
    return { type: 'play_failed', atMs, name: name || 'NotAllowedError', text };
  if (name !== '' && !NOT_CAPTURING.test(line) && (SURE_CAPTURE.test(name) || CAPTURING.test(line)))
    return { type: 'capture_failed', atMs, what: whatOf(line), name, text };
  if (DENIED_ZH.test(line)) return { type: 'capture_failed', atMs, what: whatOf(line), name: 'NotAllowedError', text };
  return TAKEN.test(line) ? { type: 'capture_failed', atMs, what: whatOf(line), name: 'NotReadableError', text } : null;
}

function whatOf(line: string): What {
  if (/display|screen|屏幕/i.test(line)) return 'screen';
  if (/video|camera|摄像头|相机/i.test(line)) return 'camera';
  return /audio|microphone|\bmic\b|麦克风|录音/i.test(line) ? 'microphone' : 'unknown';
}

function signallingOf(line: string, atMs: number): Unsigned[] {
  if (!SOCKET.test(line)) return [];
  const address = SOCKET_URL.exec(line)?.[0];
  const rest = line.replace(/\bwss?:\/\/\S+/gi, '');
  const state = socketState(rest);
  if (state === null) return [];
  const code = state === 'closed' ? CLOSE_CODE.exec(rest)?.[1] : undefined;
  const text = `${code ? `${code} ` : ''}${line.slice(0, 300)}`;
  const told: Unsigned = { type: 'signalling', atMs, state, text };
  const hasFailed = SOCKET_FAILED.test(rest);
  if (!address || (state === 'closed' ? !hasFailed : state !== 'open')) return [told];
  const role = /backup|fallback|secondary|备用|备份/i.test(line) ? 'backup' : 'primary';
  return [told, { type: 'server_tried', atMs, address, role, outcome: hasFailed ? 'failed' : 'connected', text }];
}

/** @param rest of a line, without addresses: their words say nothing */
function socketState(rest: string): 'open' | 'closed' | 'reconnecting' | null {
  if (SOCKET_AGAIN.test(rest)) return 'reconnecting';
  if (SOCKET_AWAY.test(rest) || (SOCKET_FAILED.test(rest) && !/messag|parse|send/i.test(rest))) return 'closed';
  return SOCKET_OPEN.test(rest) ? 'open' : null;
}

function descriptionOf(line: string, place: Place): Unsigned | null {
  const found = /\b(createOffer|createAnswer|setLocalDescription|setRemoteDescription)\b/i.exec(line);
  if (!found || !FAILING.test(line)) return null;
  const whats = {
    createoffer: 'offer',
    createanswer: 'answer',
    setlocaldescription: 'local',
    setremotedescription: 'remote',
  } as const;
  return {
    ...place,
    type: 'description_failed',
    what: whats[found[1]!.toLowerCase() as keyof typeof whats],
    text: line.slice(0, 500),
  };
}

function candidatesOf(line: string, place: Place): Unsigned[] {
  if (!line.includes(' typ ')) return [];
  const side = /remote|received?|addIceCandidate|收到/i.test(line.slice(0, line.indexOf('candidate:')))
    ? 'remote'
    : 'local';
  return line
    .split(/(?=candidate:)/)
    .slice(0, 50)
    .map((part) => candidateEvent(place, side, part))
    .filter((event) => event !== null);
}

function pageOf(line: string, atMs: number): Unsigned | null {
  if (
    /\bvisibilit\w*[^\n]{0,30}\bhidden\b|enter(?:ed|s)? background|didEnterBackground|(?:切到|切至|进入|退到)后台/i.test(
      line,
    )
  )
    return { type: 'page_visible', atMs, visible: false };
  if (
    /\bvisibilit\w*[^\n]{0,30}\bvisible\b|enter(?:ed|s)? foreground|(?:willEnter|didBecome)(?:Foreground|Active)|(?:回到|切回|进入)前台/i.test(
      line,
    )
  )
    return { type: 'page_visible', atMs, visible: true };
  if (/\b(?:network|browser|device|navigator)\b[^\n]{0,20}\boffline\b|went offline|网络(?:已)?断开/i.test(line))
    return { type: 'online', atMs, online: false };
  if (/\b(?:network|browser|device|navigator)\b[^\n]{0,20}\b(?:back )?online\b|网络(?:已)?恢复/i.test(line))
    return { type: 'online', atMs, online: true };
  return null;
}

import { callGuest } from './guest.js';
import { drawStage, tear } from './picture.js';
import { ROUND_S, signalAt, wave } from './signal.js';
import { TEXTS } from './texts.js';

const LANGUAGE_KEY = 'lumen.language';
const THEME_KEY = 'lumen.theme';
const START_KEY = 'lumen.showStartsAt';
const LEAD_MS = 12 * 60_000;
const GRAPH_S = 60;
/** Whole rounds of trouble before the page was opened: the graph begins full. */
const PAST_S = ROUND_S * 6;
const TEXT_EVERY_MS = 400;
/** Between two pictures, s: smooth enough for a stage, and almost none while a call needs the machine. */
const PICTURE_EVERY_S = 1 / 22;
const PICTURE_EVERY_IN_CALL_S = 0.5;

// Calls made before the help script has arrived are kept in `q`; it makes up for them.
window.Alongside ??= function early(...call) {
  window.Alongside.q ??= [];
  window.Alongside.q.push(call);
};

const byId = (id) => document.getElementById(id);
const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
const showStartsAt = startOfShow();
let language = kept(LANGUAGE_KEY) ?? asked() ?? (navigator.language.startsWith('zh') ? 'zh-CN' : 'en');
let textAt = 0;
let lastPictureTime = -1;
let pictureEvery = PICTURE_EVERY_S;
let isPictureInView = true;
let guestState = 'idle';
let hangUp = null;

function kept(key) {
  const value = localStorage.getItem(key);
  return value && (key !== LANGUAGE_KEY || value in TEXTS) ? value : null;
}

function asked() {
  const wanted = new URLSearchParams(location.search).get('lang');
  return wanted && wanted in TEXTS ? wanted : null;
}

/** Kept for the tab, so that a reload does not win twelve minutes. */
function startOfShow() {
  const known = Number(sessionStorage.getItem(START_KEY));
  if (known > Date.now()) return known;
  const at = Date.now() + LEAD_MS;
  sessionStorage.setItem(START_KEY, String(at));
  return at;
}

function setLanguage(next) {
  const before = TEXTS[language].facts;
  language = next;
  const words = TEXTS[language];
  document.documentElement.lang = language;
  document.title = words.title;
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = words[element.dataset.text];
  byId('picture').setAttribute('aria-label', words.pictureLabel);
  byId('graph').setAttribute('aria-label', words.graphLabel);
  const other = byId('language');
  const chinese = language === 'zh-CN';
  other.textContent = chinese ? 'EN' : '中文';
  other.lang = chinese ? 'en' : 'zh-CN';
  other.setAttribute('aria-label', chinese ? 'EN, switch to English' : '中文，切换到简体中文');
  for (const time of document.querySelectorAll('time[data-after]')) {
    const at = new Date(showStartsAt + Number(time.dataset.after) * 60_000);
    time.textContent = at.toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hour12: false });
  }
  showGuest();
  labelTheme();
  window.Alongside('configure', { locale: language });
  // Names of the other language would stay beside the new ones.
  window.Alongside('context', Object.fromEntries(Object.values(before).map((name) => [name, null])));
  tellFacts();
}

/** What the support team should know about this show; the customer sees it before it is sent. */
function tellFacts() {
  const { facts, show, ingestValue } = TEXTS[language];
  window.Alongside('context', {
    [facts.show]: show,
    [facts.startsIn]: countdownText(),
    [facts.encoder]: 'H.264, 1080p60, 6 Mb/s',
    [facts.ingest]: ingestValue,
    [facts.dropped]: `${byId('dropped').textContent} %`,
  });
}

function countdownText() {
  const left = Math.max(0, Math.ceil((showStartsAt - Date.now()) / 1_000));
  return `${String(Math.floor(left / 60)).padStart(2, '0')}:${String(left % 60).padStart(2, '0')}`;
}

function setTheme(theme, chosen) {
  document.documentElement.dataset.theme = theme;
  labelTheme();
  if (!chosen) return;
  localStorage.setItem(THEME_KEY, theme);
  window.Alongside('configure', { theme });
}

function labelTheme() {
  const dark = document.documentElement.dataset.theme !== 'light';
  byId('theme').setAttribute('aria-label', dark ? TEXTS[language].toLight : TEXTS[language].toDark);
}

/** @param {string} [facts] how the line is, in words; without them what it is for */
function showGuest(facts) {
  const words = TEXTS[language];
  const isOn = hangUp !== null;
  const state = words.guestStates[guestState] ?? words.guestStates.connecting;
  byId('guest-state').textContent = state;
  byId('guest-words').hidden = state === '';
  byId('guest-toggle').textContent = isOn ? words.guestHangUp : words.guestConnect;
  if (facts || !isOn) byId('guest-facts').textContent = facts ?? '';
}

async function toggleGuest() {
  const running = hangUp;
  hangUp = null;
  if (running) {
    running();
    guestState = 'idle';
    showGuest();
    return;
  }
  const words = TEXTS[language];
  const connecting = () => {};
  hangUp = connecting;
  guestState = 'connecting';
  showGuest();
  try {
    const end = await callGuest({
      picture: byId('picture'),
      screen: byId('guest-screen'),
      label: words.guestCall,
      onState(state) {
        guestState = state === 'closed' ? 'idle' : state;
        showGuest();
      },
      onFacts: (facts) => showGuest(TEXTS[language].guestFacts(facts)),
    });
    // Hung up before it was there.
    if (hangUp === connecting) hangUp = end;
    else end();
  } catch {
    // A browser without WebRTC, or one that forbids it.
    hangUp = null;
    guestState = 'failed';
    showGuest();
  }
}

function drawGraph(seconds) {
  const canvas = byId('graph');
  const ink = canvas.getContext('2d');
  const style = getComputedStyle(document.documentElement);
  const { width, height } = canvas;
  ink.clearRect(0, 0, width, height);
  const y = (rate) => height - 6 - (rate / 6.6) * (height - 16);
  ink.strokeStyle = style.getPropertyValue('--line').trim();
  ink.lineWidth = 2;
  ink.setLineDash([3, 7]);
  ink.beginPath();
  ink.moveTo(0, y(6));
  ink.lineTo(width, y(6));
  ink.stroke();
  ink.setLineDash([]);
  const line = new Path2D();
  for (let x = 0; x <= width; x += 3) {
    const rate = signalAt(seconds + PAST_S - GRAPH_S + (x / width) * GRAPH_S).rate;
    if (x === 0) line.moveTo(0, y(rate));
    else line.lineTo(x, y(rate));
  }
  const area = new Path2D(line);
  area.lineTo(width, height);
  area.lineTo(0, height);
  const fill = ink.createLinearGradient(0, 0, 0, height);
  fill.addColorStop(0, style.getPropertyValue('--graph-fill').trim());
  fill.addColorStop(1, 'rgba(0,0,0,0)');
  ink.fillStyle = fill;
  ink.fill(area);
  ink.strokeStyle = style.getPropertyValue('--graph').trim();
  ink.lineWidth = 3;
  ink.lineJoin = 'round';
  ink.stroke(line);
}

function drawMeters(seconds, frozen) {
  const style = getComputedStyle(document.documentElement);
  const off = style.getPropertyValue('--meter-off').trim();
  for (const canvas of document.querySelectorAll('canvas[data-meter]')) {
    const channel = Number(canvas.dataset.meter);
    const loud = channel === 3 ? 0.12 : frozen && channel < 2 ? 0.3 : 0.5;
    const level = loud + 0.4 * wave(seconds * (5 + channel) + channel * 11) * (channel === 3 ? 0.2 : 1);
    const ink = canvas.getContext('2d');
    ink.clearRect(0, 0, canvas.width, canvas.height);
    for (let step = 0; step < 20; step++) {
      const share = step / 20;
      ink.fillStyle = share > level ? off : share > 0.86 ? '#ff5f6b' : share > 0.68 ? '#ffc061' : '#4fd6a8';
      ink.fillRect(0, canvas.height - (step + 1) * 8 + 2, canvas.width, 5);
    }
  }
}

function showNumbers(seconds, signal) {
  byId('fps').textContent = String(signal.fps);
  byId('rate').textContent = signal.rate.toFixed(1);
  byId('dropped').textContent = (17.6 + 1.4 * wave(seconds / 7)).toFixed(1);
  byId('alert-dropped').textContent = String(Math.round(640 + 40 * wave(seconds / 9)));
  byId('encoder').textContent = String(Math.round(38 + 8 * wave(seconds)));
  byId('round-trip').textContent = String(Math.round(34 + 9 * wave(seconds / 2)));
  const over = Date.now() >= showStartsAt;
  byId('countdown').textContent = over ? TEXTS[language].now : countdownText();
  document.querySelector('.countdown-words').textContent = TEXTS[language][over ? 'startsNow' : 'startsIn'];
}

function frame(now) {
  const seconds = now / 1_000;
  const signal = signalAt(seconds);
  const ink = byId('picture').getContext('2d');
  // A stopped picture is really not drawn, nor one that nobody sees, here or at the guest’s.
  if ((isPictureInView || hangUp) && Math.abs(signal.pictureTime - lastPictureTime) > pictureEvery) {
    lastPictureTime = signal.pictureTime;
    drawStage(ink, signal.pictureTime);
    byId('picture').dataset.frame = String(signal.pictureTime);
    if (signal.torn > 0) tear(ink, signal.torn, Math.floor(seconds * 12));
    drawMeters(seconds, signal.frozen);
  }
  byId('freeze').hidden = !signal.frozen;
  document.documentElement.toggleAttribute('data-frozen', signal.frozen);
  if (now - textAt > TEXT_EVERY_MS) {
    textAt = now;
    showNumbers(seconds, signal);
    drawGraph(seconds);
  }
  requestAnimationFrame(frame);
}

/** For people whom movement disturbs: the same story in a picture that stands, numbers once a second. */
function standStill() {
  const ink = byId('picture').getContext('2d');
  drawStage(ink, 6);
  tear(ink, 0.5, 3);
  byId('freeze').hidden = false;
  drawMeters(6, true);
  drawGraph(6);
  setInterval(() => showNumbers(6, signalAt(6)), 1_000);
}

for (const canvas of document.querySelectorAll('canvas[data-shot]')) {
  drawStage(canvas.getContext('2d'), 2.4, canvas.dataset.shot);
}
setTheme(kept(THEME_KEY) === 'light' ? 'light' : 'dark', kept(THEME_KEY) !== null);
setLanguage(language);
byId('language').addEventListener('click', () => {
  const next = language === 'en' ? 'zh-CN' : 'en';
  localStorage.setItem(LANGUAGE_KEY, next);
  setLanguage(next);
});
byId('theme').addEventListener('click', () => {
  setTheme(document.documentElement.dataset.theme === 'light' ? 'dark' : 'light', true);
});
byId('guest-toggle').addEventListener('click', () => void toggleGuest());
byId('get-help').addEventListener('click', () => window.Alongside('open'));
window.Alongside('on', 'open', tellFacts);
window.Alongside('on', 'call', ({ active }) => {
  pictureEvery = active ? PICTURE_EVERY_IN_CALL_S : PICTURE_EVERY_S;
});
new IntersectionObserver(([entry]) => {
  isPictureInView = entry.isIntersecting;
}).observe(byId('picture'));
if (still) standStill();
else requestAnimationFrame(frame);

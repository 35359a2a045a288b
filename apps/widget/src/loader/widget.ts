import {
  type HostEventName,
  type HostState,
  type OpenRequest,
  type PanelMode,
  seal,
  type ToFrame,
  type ToHost,
  unseal,
} from '../protocol.ts';
import { buildElements, buildFrame } from './elements.ts';
import { collectFacts } from './facts.ts';
import { recall, remember } from './memory.ts';
import { readableOn, readSettings, type Settings, speaksChinese } from './settings.ts';
import { dragStage, fitStage, type Size } from './stage-size.ts';
import { createWatching, type Watching } from './watching.ts';

export type Widget = {
  open(request: OpenRequest): void;
  close(): void;
  configure(options: Record<string, unknown>): void;
  setContext(custom: Record<string, unknown>): void;
  on(name: HostEventName, listener: (detail: Record<string, unknown>) => void): () => void;
  watch: Watching['watch'];
  shutdown(): void;
};

const TEXTS = {
  en: {
    open: 'Get help',
    close: 'Close help',
    title: 'Help',
    resize: 'Change size (arrow keys)',
    unread: (n: number) => `${n} new`,
  },
  zh: {
    open: '获取帮助',
    close: '关闭帮助',
    title: '帮助',
    resize: '调整大小（方向键）',
    unread: (n: number) => `${n} 条新消息`,
  },
};

const DEFAULT_STAGE: Size = { width: 1080, height: 720 };
/** A floating panel needs this much window; below it covers the screen. */
const FULL_SCREEN_QUERY = '(max-width: 520px), (max-height: 480px)';
const BAR_HEIGHT_PX = 88;
const BAR_HEIGHT_MAX_PX = 320;
/** How long a frame that is being forgotten may take; a cut network must not keep it forever. */
const FORGET_TIMEOUT_MS = 5_000;
const KEY_STEP_PX = 32;
/** A frame that has loaded speaks at once; a slow machine gets a moment. */
const SILENCE_MS = 3_000;

/**
 * The widget in the host page: launcher, panel, and the frame's other end of the conversation.
 * @param address folder of the frame's page, on the desk's origin
 * @param initial settings of the script element
 */
export function createWidget(address: URL, initial: Settings): Widget {
  const parts = buildElements();
  const { host, root, launcher, badge, panel, grip, sentinels } = parts;
  const tab = storage(() => sessionStorage);
  const browser = storage(() => localStorage);
  const memory = recall(tab, browser);
  const small = matchMedia(FULL_SCREEN_QUERY);
  const ending = new AbortController();
  const { signal } = ending;
  const listeners = new Map<HostEventName, Set<(detail: Record<string, unknown>) => void>>();

  let settings = initial;
  let custom: Record<string, unknown> = {};
  let frame: HTMLIFrameElement | null = null;
  let ready = false;
  let waiting: ToFrame[] = [];
  let open = false;
  let entered = false;
  let mode: PanelMode = 'panel';
  let side: 'left' | 'right' = 'right';
  let barHeight = BAR_HEIGHT_PX;
  let unread = 0;
  let forgotten: (() => void) | null = null;
  let scrollBefore: string | null = null;

  const watching = createWatching({
    address,
    appVersion: () => settings.appVersion,
    ask(message) {
      if (ready) post(message);
      return ready;
    },
    onSending: () => whenIdle(load, signal),
    onChange: tell,
  });

  const texts = () =>
    speaksChinese([settings.locale, document.documentElement.lang, ...navigator.languages]) ? TEXTS.zh : TEXTS.en;

  function post(message: ToFrame): void {
    if (frame && ready) frame.contentWindow?.postMessage(seal(message), address.origin);
    else waiting.push(message);
  }

  function state(): HostState {
    const page = {
      href: location.href,
      title: document.title,
      screen: `${screen.width}×${screen.height} @${+devicePixelRatio.toFixed(2)}x, window ${innerWidth}×${innerHeight}`,
    };
    return {
      locale: settings.locale,
      theme: settings.theme,
      color: settings.color,
      identity: settings.identity,
      facts: collectFacts(page, settings.appVersion, custom),
      watched: watching.fact(),
      visible: open,
      entered,
      mode,
      full: small.matches,
    };
  }

  function tell(): void {
    // Before it is ready there is nothing to tell: `ready` is answered with the whole state.
    if (ready) post({ type: 'host', state: state() });
  }

  function emit(name: HostEventName, detail: Record<string, unknown> = {}): void {
    for (const listener of [...(listeners.get(name) ?? [])]) {
      try {
        listener(detail);
      } catch (thrown) {
        console.error(`Alongside: a listener for "${name}" failed.`, thrown);
      }
    }
  }

  function show(): void {
    const words = texts();
    const full = small.matches;
    const rightToLeft = getComputedStyle(document.documentElement).direction === 'rtl';
    side = (settings.position === 'end') === rightToLeft ? 'left' : 'right';
    root.dataset.side = side;
    root.dataset.mode = mode;
    root.dataset.theme = settings.theme;
    root.toggleAttribute('data-open', open);
    root.toggleAttribute('data-full', full);
    launcher.setAttribute('aria-expanded', String(open));
    const name = open ? words.close : words.open;
    launcher.setAttribute('aria-label', unread > 0 && !open ? `${name} (${words.unread(unread)})` : name);
    launcher.title = name;
    badge.hidden = unread === 0 || open;
    badge.textContent = unread > 99 ? '99+' : String(unread);
    root.setAttribute('aria-label', words.title);
    panel.setAttribute('aria-label', words.title);
    if (frame) frame.title = words.title;
    grip.setAttribute('aria-label', words.resize);
    grip.title = words.resize;
    const covers = open && full && mode !== 'bar';
    panel.setAttribute('aria-modal', String(covers));
    for (const sentinel of sentinels) {
      if (covers) sentinel.tabIndex = 0;
      else sentinel.removeAttribute('tabindex');
    }
    stopHostScrolling(covers);
    if (settings.color) {
      root.style.setProperty('--brand', settings.color);
      root.style.setProperty('--on-brand', readableOn(settings.color));
      root.style.setProperty('--mark-right', 'currentColor');
    }
    root.style.setProperty('--bar', `${barHeight}px`);
    const stage = fitStage(memory.stage ?? DEFAULT_STAGE, { width: innerWidth, height: innerHeight });
    root.style.setProperty('--stage-width', `${stage.width}px`);
    root.style.setProperty('--stage-height', `${stage.height}px`);
  }

  /** What covers the screen scrolls; the page behind it would scroll along. */
  function stopHostScrolling(stop: boolean): void {
    const { style } = document.documentElement;
    if (stop && scrollBefore === null) {
      scrollBefore = style.overflow;
      style.overflow = 'hidden';
    } else if (!stop && scrollBefore !== null) {
      style.overflow = scrollBefore;
      scrollBefore = null;
    }
  }

  function change(next: { open?: boolean; mode?: PanelMode }): void {
    const was = open;
    open = next.open ?? open;
    mode = next.mode ?? mode;
    if (open) load();
    else entered = false;
    memory.open = open;
    memory.mode = mode;
    remember(memory, tab, browser);
    show();
    tell();
    if (open !== was) emit(open ? 'open' : 'close');
  }

  function load(): void {
    if (!host.isConnected) document.documentElement.append(host);
    if (frame) return;
    const page = new URL(address);
    // The frame talks to nobody but the page that opened it; it cannot ask who that is, so it is told.
    page.hash = `host=${encodeURIComponent(location.origin)}`;
    frame = buildFrame(page.href, texts().title);
    // A page that loaded and says nothing was not let into this one.
    frame.addEventListener('load', () => setTimeout(warnIfSilent, SILENCE_MS), { once: true });
    panel.insertBefore(frame, grip);
  }

  function warnIfSilent(): void {
    if (ready || signal.aborted) return;
    console.warn(
      `Alongside: the help panel cannot be shown here. If ${location.origin} is one of your sites, allow it in the console of ${address.origin} under Settings → Widget.`,
    );
  }

  function onMessage(event: MessageEvent): void {
    const message = unseal<ToHost>(event, frame?.contentWindow, address.origin);
    if (!message) return;
    switch (message.type) {
      case 'ready': {
        ready = true;
        tell();
        const late = waiting;
        waiting = [];
        for (const one of late) post(one);
        emit('ready');
        break;
      }
      case 'close': {
        // A card nobody answered goes by itself: whoever writes in the page goes on writing.
        const wasInside = document.activeElement === host;
        change({ open: false });
        // Also when it was opened by a link of the page: the launcher is where one gets back in.
        if (wasInside) launcher.focus({ preventScroll: true });
        break;
      }
      case 'mode':
        barHeight = Math.min(Math.max(Number(message.barHeight) || BAR_HEIGHT_PX, 64), BAR_HEIGHT_MAX_PX);
        change({ open: true, mode: message.mode });
        break;
      case 'unread':
        unread = Math.max(0, Math.floor(Number(message.count)) || 0);
        show();
        emit('unread', { count: unread });
        break;
      case 'returning':
        memory.returning = true;
        remember(memory, tab, browser);
        break;
      case 'facts':
        tell();
        break;
      case 'watch-answer':
        watching.answer(message.id, message.answer);
        break;
      case 'watch-release':
        watching.release(message.sessionId);
        break;
      case 'forgotten':
        forgotten?.();
        break;
      case 'event':
        emit(message.name, message.detail);
        break;
    }
  }

  function openAt(request: OpenRequest): void {
    entered = true;
    change({ open: true, mode: mode === 'stage' ? 'stage' : 'panel' });
    if (request.description || request.topic) {
      post({ type: 'open', request: { description: request.description, topic: request.topic } });
    }
    frame?.focus({ preventScroll: true });
  }

  function resizeBy(moved: { x: number; y: number }, start: Size): void {
    memory.stage = fitStage(dragStage(start, moved, side), { width: innerWidth, height: innerHeight });
    show();
  }

  const stageNow = (): Size => ({ width: panel.offsetWidth, height: panel.offsetHeight });

  grip.addEventListener('pointerdown', (down) => {
    const start = stageNow();
    grip.setPointerCapture(down.pointerId);
    // Over the frame the pointer would belong to the other document.
    root.toggleAttribute('data-dragging', true);
    const move = (event: PointerEvent) =>
      resizeBy({ x: event.clientX - down.clientX, y: event.clientY - down.clientY }, start);
    const done = () => {
      grip.removeEventListener('pointermove', move);
      root.toggleAttribute('data-dragging', false);
      remember(memory, tab, browser);
    };
    grip.addEventListener('pointermove', move);
    grip.addEventListener('lostpointercapture', done, { once: true });
  });
  grip.addEventListener('keydown', (event) => {
    const x = event.key === 'ArrowLeft' ? -KEY_STEP_PX : event.key === 'ArrowRight' ? KEY_STEP_PX : 0;
    const y = event.key === 'ArrowUp' ? -KEY_STEP_PX : event.key === 'ArrowDown' ? KEY_STEP_PX : 0;
    if (x === 0 && y === 0) return;
    event.preventDefault();
    resizeBy({ x, y }, stageNow());
    remember(memory, tab, browser);
  });
  for (const sentinel of sentinels) sentinel.addEventListener('focus', () => frame?.focus());
  launcher.addEventListener('click', () => {
    if (open) change({ open: false });
    else openAt({});
  });
  root.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !open || mode !== 'panel') return;
    event.stopPropagation();
    change({ open: false });
    launcher.focus({ preventScroll: true });
  });
  window.addEventListener('message', onMessage, { signal });
  for (const moved of ['popstate', 'hashchange', 'pageshow'] as const) window.addEventListener(moved, tell, { signal });
  window.addEventListener('resize', show, { signal });
  small.addEventListener('change', () => change({}), { signal });

  show();
  document.documentElement.append(host);
  if (memory.open) change({ open: true, mode: memory.mode });
  else if (memory.returning) whenIdle(load, signal);

  return {
    open: openAt,
    close: () => change({ open: false }),
    configure(options) {
      settings = readSettings(options, settings);
      show();
      tell();
    },
    setContext(more) {
      custom = Object.fromEntries(Object.entries({ ...custom, ...more }).filter(([, value]) => value !== null));
      tell();
    },
    on(name, listener) {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known.add(listener));
      return () => known.delete(listener);
    },
    watch: watching.watch,
    shutdown() {
      watching.stop();
      Object.assign(memory, { open: false, returning: false, stage: null });
      remember(memory, tab, browser);
      stopHostScrolling(false);
      open = false;
      show();
      launcher.remove();
      forgotten = () => {
        ending.abort();
        host.remove();
      };
      // The session lives in the frame's own storage: only the frame can drop it, or knows whether an earlier page left one.
      load();
      post({ type: 'forget' });
      setTimeout(forgotten, FORGET_TIMEOUT_MS);
    },
  };
}

function storage(get: () => Storage): Storage | null {
  try {
    return get();
  } catch {
    // Forbidden by the browser's settings.
    return null;
  }
}

function whenIdle(run: () => void, signal: AbortSignal): void {
  const later = () => {
    const once = () => {
      if (!signal.aborted) run();
    };
    // Safari has no requestIdleCallback.
    if ('requestIdleCallback' in window) requestIdleCallback(once, { timeout: 5_000 });
    else setTimeout(once, 1_500);
  };
  if (document.readyState === 'complete') later();
  else window.addEventListener('load', later, { once: true, signal });
}

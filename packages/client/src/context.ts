import type { TicketContext } from '@alongside/contracts';
import { thisBrowser } from './browser.ts';

/** What the host page adds or knows better: the widget sits in a frame and cannot see the page's address itself. */
export type HostContext = Pick<TicketContext, 'appVersion' | 'custom' | 'pageUrl' | 'pageTitle'>;

// Client hints and the network information API are not in TypeScript's DOM types.
type HintedNavigator = Navigator & {
  userAgentData?: {
    getHighEntropyValues(hints: string[]): Promise<{
      platform?: string;
      platformVersion?: string;
      architecture?: string;
      model?: string;
      fullVersionList?: { brand: string; version: string }[];
    }>;
  };
  connection?: { effectiveType?: string; rtt?: number; downlink?: number; saveData?: boolean };
};

/**
 * What this browser tells about itself, to be attached to a ticket and shown to the customer before it is sent.
 * Unknown things are left out; nothing is longer than the contract allows.
 */
export async function collectContext(host: HostContext = {}): Promise<TicketContext> {
  const hinted = navigator as HintedNavigator;
  const facts = thisBrowser();
  const hints = await hinted.userAgentData
    ?.getHighEntropyValues(['platformVersion', 'fullVersionList', 'model'])
    .catch(() => undefined);
  const custom = host.custom && trimCustom(host.custom);
  const context: TicketContext = {
    browser: cut(browserLabel(hints?.fullVersionList) || facts.label, 120),
    platform: cut(platformLabel(hints?.platform, hints?.platformVersion, hints?.model) || facts.platformLabel, 120),
    userAgent: cut(navigator.userAgent, 500),
    language: cut(navigator.language, 40),
    timeZone: cut(Intl.DateTimeFormat().resolvedOptions().timeZone, 60),
    pageUrl: cut(host.pageUrl ?? location.href, 2_000),
    pageTitle: cut(host.pageTitle ?? document.title, 300),
    appVersion: cut(host.appVersion, 120),
    screen: cut(screenLabel(), 60),
    connection: cut(connectionLabel(hinted), 120),
    ...(custom && Object.keys(custom).length > 0 ? { custom } : {}),
  };
  // An absent fact is an absent key: the contract has no nulls here, and JSON would drop undefined anyway.
  return Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined)) as TicketContext;
}

function cut(text: string | undefined, maxLength: number): string | undefined {
  return text ? text.slice(0, maxLength) : undefined;
}

function trimCustom(custom: Record<string, string>): Record<string, string> {
  const entries = Object.entries(custom).slice(0, 30);
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(0, 60), String(value).slice(0, 500)]));
}

// Browsers mix invented brands among the real ones so that nobody relies on the order.
function browserLabel(brands: { brand: string; version: string }[] | undefined): string {
  const real = (brands ?? []).filter(({ brand }) => !/not.?a.?brand/i.test(brand));
  const best = real.find(({ brand }) => brand !== 'Chromium') ?? real[0];
  return best ? `${best.brand} ${best.version}` : '';
}

function platformLabel(platform = '', version = '', model = ''): string {
  if (!platform) return '';
  // Windows 10 reports 1–10 and Windows 11 reports 13 and more (Microsoft's documentation of client hints).
  if (platform === 'Windows') return `Windows ${Number.parseInt(version, 10) >= 13 ? '11' : '10'}`;
  return [platform, version, model && `(${model})`].filter(Boolean).join(' ');
}

function screenLabel(): string {
  const { width, height } = window.screen;
  return `${width}×${height} @${+window.devicePixelRatio.toFixed(2)}x, window ${window.innerWidth}×${window.innerHeight}`;
}

function connectionLabel(hinted: HintedNavigator): string {
  const connection = hinted.connection;
  if (!connection) return navigator.onLine ? '' : 'offline';
  const parts = [
    connection.effectiveType,
    connection.downlink !== undefined && `${connection.downlink} Mbit/s`,
    connection.rtt !== undefined && `${connection.rtt} ms`,
    connection.saveData && 'data saver',
  ];
  return parts.filter(Boolean).join(', ');
}

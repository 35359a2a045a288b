import type { HostFacts } from '../protocol.ts';

const SECRET_NAME =
  /pass|token|secret|auth|session|signature|credential|jwt|otp|api[-_]?key|^(code|key|sig|state|sid)$/i;

/** Limits of a ticket's context: longer is cut here rather than refused there. */
const URL_MAX_LENGTH = 2_000;
const TITLE_MAX_LENGTH = 300;
const VERSION_MAX_LENGTH = 120;
const CUSTOM_MAX_ENTRIES = 30;
const CUSTOM_NAME_MAX_LENGTH = 60;
const CUSTOM_VALUE_MAX_LENGTH = 500;

/**
 * The address of a page without what must not travel: user and password, and values whose names look like secrets,
 * in the query and in a fragment of the form a=b.
 * @param address of the host page
 */
export function presentableUrl(address: string): string {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return '';
  }
  url.username = '';
  url.password = '';
  url.search = redact(url.search);
  if (url.hash.includes('=')) url.hash = redact(url.hash);
  return url.href.slice(0, URL_MAX_LENGTH);
}

function redact(pairs: string): string {
  return pairs.replace(/([?&#;/]?)([^?&#;=/]+)=([^&;]*)/g, (all, before: string, name: string) =>
    SECRET_NAME.test(name) ? `${before}${name}=…` : all,
  );
}

/**
 * What the page tells about itself.
 * @param page its address, title, and screen in words
 * @param appVersion given by the host
 * @param custom given by the host; values are made to text, empty ones and the ones over the limit are left out
 */
export function collectFacts(
  page: { href: string; title: string; screen: string },
  appVersion: string | null,
  custom: Record<string, unknown>,
): HostFacts {
  return {
    pageUrl: presentableUrl(page.href),
    pageTitle: page.title.trim().slice(0, TITLE_MAX_LENGTH),
    screen: page.screen,
    appVersion: appVersion ? appVersion.slice(0, VERSION_MAX_LENGTH) : null,
    custom: Object.fromEntries(
      Object.entries(custom)
        .map(([name, value]): [string, string] => [name.slice(0, CUSTOM_NAME_MAX_LENGTH), asText(value)])
        .filter(([name, value]) => name !== '' && value !== '')
        .slice(0, CUSTOM_MAX_ENTRIES),
    ),
  };
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') {
    try {
      return JSON.stringify(value).slice(0, CUSTOM_VALUE_MAX_LENGTH);
    } catch {
      return '';
    }
  }
  return String(value).slice(0, CUSTOM_VALUE_MAX_LENGTH);
}

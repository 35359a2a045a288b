export type BrowserName = 'chrome' | 'edge' | 'firefox' | 'safari' | 'other';
export type PlatformName = 'macos' | 'windows' | 'linux' | 'ios' | 'android' | 'other';

export type BrowserFacts = {
  name: BrowserName;
  /** As people know it, e.g. "Chrome 141.0.7390.54"; '' when it cannot be told. */
  label: string;
  platform: PlatformName;
  /** E.g. "Windows 11", "macOS". */
  platformLabel: string;
};

const PLATFORMS: readonly [RegExp, PlatformName, string][] = [
  [/iPhone|iPad|iPod/, 'ios', 'iOS'],
  [/Android ?([\d.]*)/, 'android', 'Android'],
  [/Windows NT/, 'windows', 'Windows'],
  [/CrOS/, 'other', 'ChromeOS'],
  [/Mac OS X|Macintosh/, 'macos', 'macOS'],
  [/Linux/, 'linux', 'Linux'],
];

// In this order: most browsers also claim to be the ones after them.
const BROWSERS: readonly [RegExp, BrowserName, string][] = [
  [/(?:Edg|EdgA|EdgiOS)\/([\d.]+)/, 'edge', 'Edge'],
  [/OPR\/([\d.]+)/, 'other', 'Opera'],
  [/SamsungBrowser\/([\d.]+)/, 'other', 'Samsung Internet'],
  [/MicroMessenger\/([\d.]+)/, 'other', 'WeChat'],
  [/(?:Firefox|FxiOS)\/([\d.]+)/, 'firefox', 'Firefox'],
  [/(?:Chrome|CriOS|Chromium)\/([\d.]+)/, 'chrome', 'Chrome'],
  [/Version\/([\d.]+).*Safari\//, 'safari', 'Safari'],
];

/**
 * What a user agent string says.
 * @param userAgent `navigator.userAgent`
 * @param touchPoints `navigator.maxTouchPoints`: an iPad calls itself a Macintosh, but no Macintosh has touch
 */
export function readUserAgent(userAgent: string, touchPoints = 0): BrowserFacts {
  let name: BrowserName = 'other';
  let label = '';
  for (const [pattern, browser, words] of BROWSERS) {
    const match = pattern.exec(userAgent);
    if (!match) continue;
    name = browser;
    label = `${words} ${match[1]}`;
    break;
  }
  let platform: PlatformName = 'other';
  let platformLabel = '';
  for (const [pattern, system, words] of PLATFORMS) {
    const match = pattern.exec(userAgent);
    if (!match) continue;
    platform = system;
    platformLabel = match[1] ? `${words} ${match[1]}` : words;
    break;
  }
  if (platform === 'macos' && touchPoints > 1) {
    platform = 'ios';
    platformLabel = 'iPadOS';
  }
  return { name, label, platform, platformLabel };
}

/** The browser this page runs in. */
export function thisBrowser(): BrowserFacts {
  return typeof navigator === 'undefined'
    ? { name: 'other', label: '', platform: 'other', platformLabel: '' }
    : readUserAgent(navigator.userAgent, navigator.maxTouchPoints);
}

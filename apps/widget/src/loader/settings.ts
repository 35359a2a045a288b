import type { WidgetTheme } from '../protocol.ts';

/** How the host page wants the widget: from the script's data attributes, changed later by `configure`. */
export type Settings = {
  locale: string | null;
  theme: WidgetTheme;
  /** #rrggbb */
  color: string | null;
  /** The side of the screen in the reading direction of the host page. */
  position: 'start' | 'end';
  appVersion: string | null;
  identity: string | null;
};

const HEX = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;

/**
 * Reads settings as people write them; whatever makes no sense is left as it was.
 * @param given attribute or option values by name
 * @param before the settings so far
 */
export function readSettings(given: Record<string, unknown>, before: Settings): Settings {
  const text = (name: string): string | null => {
    const value = given[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
  };
  const theme = text('theme');
  const position = text('position');
  return {
    locale: text('locale') ?? before.locale,
    theme: theme === 'light' || theme === 'dark' || theme === 'system' ? theme : before.theme,
    color: colour(text('color')) ?? before.color,
    position:
      position === 'start' || position === 'left'
        ? 'start'
        : position === 'end' || position === 'right'
          ? 'end'
          : before.position,
    appVersion: text('appVersion') ?? before.appVersion,
    identity: text('identity') ?? before.identity,
  };
}

export const DEFAULT_SETTINGS: Settings = {
  locale: null,
  theme: 'system',
  color: null,
  position: 'end',
  appVersion: null,
  identity: null,
};

function colour(value: string | null): string | null {
  if (!value || !HEX.test(value)) return null;
  const digits = value.slice(1).toLowerCase();
  return `#${digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits}`;
}

/**
 * Black or white, whichever is easier to read on a colour (WCAG 2.2 relative luminance).
 * @param background #rrggbb
 */
export function readableOn(background: string): '#000000' | '#ffffff' {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(background.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  // Equal contrast against black and white lies at sqrt(1.05 × 0.05) − 0.05.
  return luminance > 0.179 ? '#000000' : '#ffffff';
}

/**
 * The language of the loader's own few words.
 * Not contracts' chooseLocale: importing that brings the whole validation library into a script of a few kilobytes.
 */
export function speaksChinese(preferences: readonly (string | null | undefined)[]): boolean {
  for (const preference of preferences) {
    const language = preference?.toLowerCase().split(/[-_]/)[0];
    if (language === 'zh') return true;
    if (language === 'en') return false;
  }
  return false;
}

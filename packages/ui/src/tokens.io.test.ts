/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

type Rgb = readonly [number, number, number];
const THEMES = ['light', 'dark'] as const;

const tokens = new Map<string, readonly [string, string]>();
for (const match of css.matchAll(/--color-([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)) {
  tokens.set(match[1]!, [match[2]!, match[3]!]);
}

/** Relative luminance of linear-light sRGB (WCAG 2.2). */
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function linearOfHex(hex: string): Rgb {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** OKLCH to linear sRGB (Björn Ottosson's matrices), clipped into the gamut as a screen would. */
function linearOfOklch(lightness: number, chroma: number, hue: number): Rgb {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return [
    clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const SURFACES = ['ground', 'surface', 'surface-raised', 'surface-sunken', 'surface-hover', 'surface-selected'];
const TEXTS = ['text', 'text-muted', 'accent-text', 'danger-text', 'warning-text', 'success-text'];
const pairs: [text: string, ground: string, least: number][] = [
  ...SURFACES.flatMap((ground) => TEXTS.map((text): [string, string, number] => [text, ground, 4.5])),
  ...SURFACES.flatMap((ground) =>
    ['border-strong', 'focus'].map((line): [string, string, number] => [line, ground, 3]),
  ),
  ...['accent', 'danger', 'warning', 'success'].flatMap((role): [string, string, number][] => [
    [`on-${role}`, role, 4.5],
    [`${role}-text`, `${role}-soft`, 4.5],
    ['text', `${role}-soft`, 4.5],
  ]),
  ['on-accent', 'accent-hover', 4.5],
  ['on-danger', 'danger-hover', 4.5],
  ...['0', '1', '2', '3'].map((level): [string, string, number] => [`on-p${level}`, `p${level}`, 4.5]),
  ...['text', 'text-muted', 'accent-text'].map((text): [string, string, number] => [text, 'theirs', 4.5]),
  ...['on-ours', 'ours-muted', 'accent-text'].map((text): [string, string, number] => [text, 'ours', 4.5]),
  ...['on-note', 'note-muted', 'accent-text'].map((text): [string, string, number] => [text, 'note', 4.5]),
];

describe('colours', () => {
  it.each(pairs)('%s on %s keeps %d:1 in both themes', (text, ground, least) => {
    for (const theme of [0, 1] as const) {
      const ratio = contrast(linearOfHex(tokens.get(text)![theme]), linearOfHex(tokens.get(ground)![theme]));
      expect(ratio, THEMES[theme]).toBeGreaterThanOrEqual(least);
    }
  });

  it('keeps initials readable on every hue', () => {
    for (let hue = 0; hue < 360; hue += 1) {
      // The values of people/Avatar.module.css.
      const light = contrast(linearOfOklch(0.38, 0.09, hue), linearOfOklch(0.9, 0.045, hue));
      const dark = contrast(linearOfOklch(0.9, 0.05, hue), linearOfOklch(0.34, 0.05, hue));
      expect(Math.min(light, dark), `hue ${hue}`).toBeGreaterThanOrEqual(4.5);
    }
  });
});

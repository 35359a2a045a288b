import type { CheckAddress, CheckPath, CheckReason, Locale } from '@alongside/contracts';
import type { TFunction } from 'i18next';
import { spaced } from '../base/spaced.ts';

/** A reason in words. */
export type ReasonWords = { title: string; advice: string };

/** @param t of the catalogue `check` @param ruleTitle what the diagnosis calls a rule */
export function reasonWords(
  t: TFunction,
  { code, about, value }: CheckReason,
  locale: Locale,
  ruleTitle: (rule: string) => string = (rule) => rule,
): ReasonWords {
  const words = {
    about: code === 'finding' && about !== null ? ruleTitle(about) : (about ?? ''),
    value: value === null ? '' : quantity(code, value, locale),
    interpolation: { escapeValue: false },
  };
  return { title: t(`reason.${code}.title`, words), advice: t(`reason.${code}.advice`, words) };
}

function quantity(code: CheckReason['code'], value: number, locale: Locale): string {
  if (code === 'upload_low' || code === 'download_low') return bitrateText(value, locale);
  return code === 'loss_high' || code === 'sound_gaps' ? percentText(value, locale) : millisecondsText(value, locale);
}

/** A bitrate as people read it: in kbit/s, from one million on in Mbit/s. */
export function bitrateText(bps: number, locale: Locale): string {
  const [value, unit] = bps >= 1_000_000 ? [bps / 1_000_000, 'Mbit/s'] : [bps / 1_000, 'kbit/s'];
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: bps >= 1_000_000 ? 1 : 0 }).format(value)} ${unit}`;
}

export function percentText(ratio: number, locale: Locale): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(ratio);
}

export function millisecondsText(ms: number, locale: Locale): string {
  const isLong = ms >= 1_000;
  const format = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: isLong ? 'second' : 'millisecond',
    unitDisplay: 'short',
    maximumFractionDigits: isLong ? 1 : 0,
  });
  return spaced(format.format(isLong ? ms / 1_000 : ms), locale);
}

/** One way for sound and picture, with its outcome. */
export function pathWords(t: TFunction, { kind, state, tookMs, error }: CheckPath, locale: Locale): string {
  const path = t(`path.${kind}`);
  if (state === 'not_offered' && kind.startsWith('relay')) return t('noRelay');
  if (state === 'ok' && tookMs !== null) return t('pathState.okIn', { path, ms: millisecondsText(tookMs, locale) });
  return t(`pathState.${state}`, { path, why: t(`pathError.${error ?? 'other'}`) });
}

/** How an address answered; and where it did not, what our server sees of it. */
export function addressWords(t: TFunction, { signal, server }: CheckAddress, locale: Locale): string {
  const ms = signal.tookMs === null ? '' : millisecondsText(signal.tookMs, locale);
  const here = t(`addressState.${signal.state}`, { ms, status: signal.status });
  return signal.state === 'ok' || server === null
    ? here
    : `${here}${locale === 'zh-CN' ? '；' : '; '}${t(`serverSees.${server}`)}`;
}

/** Reasons only whoever runs the service can do something about. */
export const OPERATOR_REASONS: ReadonlySet<CheckReason['code']> = new Set([
  'backup_missing',
  'backup_same_place',
  'relay_missing',
  'relay_refused',
  'relay_unreachable',
]);

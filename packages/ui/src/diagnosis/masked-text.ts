import type { DiagnosisLocale } from '@alongside/diagnosis';
import type { TFunction } from 'i18next';

/** What is masked, by what it was; kinds are those of `@alongside/diagnosis`. */
export type MaskedCounts = Readonly<Record<string, number | undefined>>;

/** How many values were masked and what they were, in a phrase; null where nothing was. */
export function maskedText(masked: MaskedCounts, t: TFunction, locale: DiagnosisLocale): string | null {
  const kinds = Object.entries(masked).flatMap(([kind, count]) =>
    count ? [t([`masked.kind.${kind}`, 'masked.kind.other'], { count })] : [],
  );
  if (kinds.length === 0) return null;
  return t('masked.summary', { kinds: kinds.join(locale === 'en' ? ', ' : '、') });
}

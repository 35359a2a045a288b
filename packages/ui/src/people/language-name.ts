/**
 * A language in its own words, as those who speak it look for it: `zh-CN` → 中文, `en` → English. The region is left
 * out, since one speaks the language wherever one learnt it; the script is told.
 * @param tag BCP 47
 */
export function ownLanguageName(tag: string): string {
  try {
    const { language, script } = new Intl.Locale(tag);
    const spoken = script ? `${language}-${script}` : language;
    return new Intl.DisplayNames(spoken, { type: 'language' }).of(spoken) ?? tag;
  } catch {
    return tag;
  }
}

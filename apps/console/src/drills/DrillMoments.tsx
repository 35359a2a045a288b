import type { DrillMoment } from '@alongside/contracts';
import { timeOfDay, useLocale, usePersonName } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import styles from './DrillMoments.module.css';
import { stepTime } from './drill-words.ts';

/** Kinds of which the detail is a word of ours. */
const PAGES: ReadonlySet<DrillMoment['kind']> = new Set(['paged', 'page_failed']);
const PROMISES: ReadonlySet<DrillMoment['kind']> = new Set(['warned', 'breached']);
/** What should not happen. */
const TROUBLE: ReadonlySet<DrillMoment['kind']> = new Set(['page_failed', 'nobody_to_page', 'exhausted', 'breached']);

/** Everything that happened in a drill, in order. */
export function DrillMoments({ moments, filedAt }: { moments: readonly DrillMoment[]; filedAt: string }) {
  const { t } = useTranslation('drills');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const filedMs = Date.parse(filedAt);

  function words({ kind, who, detail }: DrillMoment): string {
    if (kind === 'solved' && who === null) return t('moment.solvedBySystem');
    const named =
      PAGES.has(kind) && detail
        ? t(`channel.${detail}`)
        : PROMISES.has(kind) && detail
          ? t(`target.${detail}`)
          : detail;
    return t(`moment.${kind}`, { who: nameOf(who ?? ''), detail: named ?? '' });
  }

  return (
    <section className={styles.section} aria-labelledby="drill-moments">
      <h2 id="drill-moments" className={styles.heading}>
        {t('moment.title')}
      </h2>
      <ol className={styles.list}>
        {moments.map((moment, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: moments have no identity and never change places
          <li key={index} className={styles.moment} data-trouble={TROUBLE.has(moment.kind) || undefined}>
            <time className={styles.time} dateTime={moment.at} title={timeOfDay(Date.parse(moment.at), locale)}>
              +{stepTime(Date.parse(moment.at) - filedMs, locale)}
            </time>
            <span className={styles.words}>{words(moment)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

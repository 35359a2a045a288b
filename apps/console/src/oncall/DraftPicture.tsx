import type { RotationContent, StaffMember } from '@alongside/contracts';
import { layerScheduleOf, rotationOf, scheduleOf } from '@alongside/desk';
import { isTimeZone, rotationIssues } from '@alongside/sla';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './DraftPicture.module.css';
import { spanOf } from './picture.ts';
import { RotationPicture } from './RotationPicture.tsx';

const DAYS = 14;

/** What a rotation that is not saved yet would come to over the next two weeks. */
export function DraftPicture({ content, staff }: { content: RotationContent; staff: readonly StaffMember[] }) {
  const { t } = useTranslation('oncall');
  const drawn = useMemo(() => {
    if (!isTimeZone(content.tz) || rotationIssues(rotationOf(content, [])).length > 0) return null;
    const span = spanOf(Date.now(), DAYS, content.tz);
    const [from, to] = [new Date(span.fromMs).toISOString(), new Date(span.toMs).toISOString()];
    const story = { versions: [{ version: 1, validFrom: '1970-01-01T00:00:00.000Z', content }], overrides: [] };
    return {
      span,
      final: scheduleOf(story, from, to),
      layers: content.layers.map(({ id, name }) => ({ id, name, shifts: layerScheduleOf(story, id, from, to) })),
    };
  }, [content]);
  if (!drawn) return <p className={styles.none}>{t('editor.noPreview')}</p>;
  const names = new Map(staff.map(({ id, name }) => [id, name]));
  return (
    <div className={styles.draft}>
      <h3 className={styles.title}>{t('editor.preview')}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways on a narrow screen */}
      <section className={styles.scroll} tabIndex={0} aria-label={t('editor.preview')}>
        <div className={styles.inner}>
          <RotationPicture
            span={drawn.span}
            timeZone={content.tz}
            layers={drawn.layers}
            overrides={null}
            final={drawn.final}
            nameOf={(id) => names.get(id) ?? ''}
          />
        </div>
      </section>
    </div>
  );
}

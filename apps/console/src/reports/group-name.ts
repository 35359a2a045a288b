import type { ReportDimension } from '@alongside/contracts';
import { useLocale, usePersonName } from '@alongside/ui';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/session.ts';

/** What a group of the report is called: by its own name, by that of its topic or priority, or as having none. */
export function useGroupName(): (dimension: ReportDimension, group: { key: string; name: string | null }) => string {
  const { t } = useTranslation('reports');
  const { locale } = useLocale();
  const { workspace } = useSession();
  const nameOf = usePersonName();
  return useCallback(
    (dimension, { key, name }) => {
      if (key === 'none') return t(`noneOf.${dimension}`);
      if (dimension === 'priority') return `${key} ${t(`ui:priority.${key}`)}`;
      if (dimension === 'topic') return workspace.topics.find(({ id }) => id === key)?.name[locale] ?? key;
      if (name === null) return t('gone');
      return dimension === 'engineer' ? nameOf(name) : name;
    },
    [t, locale, workspace, nameOf],
  );
}

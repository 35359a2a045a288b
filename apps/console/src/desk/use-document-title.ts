import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/session.ts';

/** The tab's title tells how many tickets are open, so that one sees it from another tab. */
export function useDocumentTitle(openCount: number): void {
  const { t } = useTranslation('console');
  const { workspace } = useSession();
  const title = `${openCount > 0 ? `(${openCount}) ` : ''}${workspace.name} – ${t('app.name')}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}

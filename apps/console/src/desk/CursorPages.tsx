import { Button } from '@alongside/ui';
import { Fragment, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import rows from './Rows.module.css';

/** One page of a list: fetched from its cursor on, and what stands at its end, given where the next page begins. */
export type CursorPage = {
  /** Undefined on the first page. */
  before: string | undefined;
  more: (next: string | null) => ReactNode;
};

/** A long list fetched page by page; the last one fetched offers the next. */
export function CursorPages({
  of = '',
  page,
}: {
  /** What is listed, such as what one searched for: another one begins at its first page. */
  of?: string;
  page: (page: CursorPage) => ReactNode;
}) {
  const { t } = useTranslation('console');
  const [fetched, setFetched] = useState({ of, cursors: [] as readonly string[] });
  const cursors = fetched.of === of ? fetched.cursors : [];
  const pages = [undefined, ...cursors];
  return pages.map((before, index) => (
    <Fragment key={before ?? 'first'}>
      {page({
        before,
        more: (next) =>
          next !== null && index === pages.length - 1 ? (
            <Button
              className={rows.more}
              variant="quiet"
              onClick={() => setFetched({ of, cursors: [...cursors, next] })}
            >
              {t('list.more')}
            </Button>
          ) : null,
      })}
    </Fragment>
  ));
}

import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** How the server names somebody nobody has named yet, in the language they came with. */
const VISITOR = /^(?:Visitor|访客) ([0-9A-F]{4})$/;

/**
 * What to call a person.
 * @param name as it is stored
 * @param visitor the reader's word for somebody without a name
 */
export function personName(name: string, visitor: string): string {
  const mark = VISITOR.exec(name)?.[1];
  return mark ? `${visitor} ${mark}` : name || visitor;
}

/** What to call people in the reader's language: every name of a customer that is shown goes through it. */
export function usePersonName(): (name: string) => string {
  const { t } = useTranslation('ui');
  const visitor = t('person.visitor');
  return useCallback((name) => personName(name, visitor), [visitor]);
}

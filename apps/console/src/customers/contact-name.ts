import type { TFunction } from 'i18next';

/**
 * What to call a person of a customer.
 * @param contact visitors are stored as “Visitor 73FD”, whatever language the reader has
 */
export function contactName(contact: { name: string; anonymous: boolean }, t: TFunction<'console'>): string {
  if (!contact.anonymous) return contact.name;
  const mark = /^Visitor\s+(\S+)$/.exec(contact.name)?.[1];
  return mark ? `${t('customer.visitor')} ${mark}` : contact.name || t('customer.visitor');
}

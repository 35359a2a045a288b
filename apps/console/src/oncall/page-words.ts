import type { RingingPage } from '@alongside/contracts';
import { usePersonName } from '@alongside/ui';
import { useTranslation } from 'react-i18next';

/** What a page is about, and why one gets it, in words. */
export function usePageWords() {
  const { t } = useTranslation('oncall');
  const nameOf = usePersonName();
  return {
    title({ ticket }: RingingPage): string {
      return ticket ? `#${ticket.number} ${ticket.subject}` : t('page.test');
    },
    customer({ ticket }: RingingPage): string {
      if (!ticket) return '';
      return [nameOf(ticket.contact), ticket.organisation].filter((part) => part).join(' · ');
    },
    why({ ticket, by, cause, policy, note, round, exhausted }: RingingPage): string {
      if (!ticket) return t('page.testWhy');
      const why = by
        ? note
          ? t('page.byNoted', { name: nameOf(by.name), note })
          : t('page.by', { name: nameOf(by.name) })
        : t('page.policy', { policy, cause: t(`ui:recorded.escalation.cause.${cause}`) });
      const parts = [
        why,
        ...(round > 1 ? [t('page.round', { round })] : []),
        ...(exhausted ? [t('page.exhausted')] : []),
      ];
      return parts.join(' · ');
    },
  };
}

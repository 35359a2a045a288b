import type { RoutingReasons } from '@alongside/contracts';
import { languageName, useLocale, usePersonName } from '@alongside/ui';
import {
  BadgeCheck,
  Clock,
  CornerUpLeft,
  Handshake,
  Inbox,
  Languages,
  PhoneForwarded,
  ScrollText,
  Sparkles,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LevelDots } from './LevelDots.tsx';
import styles from './ReasonList.module.css';

type Reason = RoutingReasons[number];

const ICONS: Record<Reason['what'], ReactNode> = {
  taken_off: <CornerUpLeft size={15} aria-hidden />,
  skill: <Sparkles size={15} aria-hidden />,
  plan: <ScrollText size={15} aria-hidden />,
  manager: <BadgeCheck size={15} aria-hidden />,
  language: <Languages size={15} aria-hidden />,
  on_call: <PhoneForwarded size={15} aria-hidden />,
  working_now: <Clock size={15} aria-hidden />,
  load: <Inbox size={15} aria-hidden />,
  knows_customer: <Handshake size={15} aria-hidden />,
};

/** Everything that spoke for somebody, most telling first, a line each. */
export function ReasonList({ reasons }: { reasons: RoutingReasons }) {
  return (
    <ul className={styles.list}>
      {reasons.map((reason) => (
        <li key={JSON.stringify(reason)} className={styles.reason}>
          {ICONS[reason.what]}
          <span className={styles.text}>
            <ReasonText reason={reason} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function ReasonText({ reason }: { reason: Reason }) {
  const { t } = useTranslation('routing');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  switch (reason.what) {
    case 'taken_off':
      return t(`reason.taken_off.${reason.why}`, { name: nameOf(reason.name), note: reason.note });
    case 'skill':
      return (
        <span className={styles.skill}>
          {t('reason.skill', { skill: reason.skill[locale] })}
          <LevelDots level={reason.level} />
        </span>
      );
    case 'language':
      return t('reason.language', { language: languageName(reason.language, locale) });
    case 'on_call':
      return t('reason.on_call', { rotation: reason.rotation });
    case 'load':
      return t('reason.load', { count: reason.openTickets });
    default:
      return t(`reason.${reason.what}`);
  }
}

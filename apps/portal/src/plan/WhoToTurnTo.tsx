import type { OwnPlan } from '@alongside/contracts';
import { Avatar, Button, useLocale } from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import { Inbox, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './PlanPage.module.css';

/** Whom one turns to with what: the manager, the engineers, and what to do when everything stands still. */
export function WhoToTurnTo({ plan: { terms, contract, urgent } }: { plan: OwnPlan }) {
  const { t } = useTranslation('plan', { keyPrefix: 'turn' });
  const { locale } = useLocale();
  const navigate = useNavigate();
  const manager = contract?.manager?.name ? contract.manager : null;
  return (
    <section className={styles.part}>
      <h2 className={styles.title}>{t('title')}</h2>
      <ul className={styles.turn}>
        <li className={styles.way}>
          <span className={styles.sign}>
            <Inbox size={20} aria-hidden />
          </span>
          <span className={styles.wayText}>
            <strong>{t('problem')}</strong>
            <span className={styles.muted}>
              {t(terms.channels.includes('call') ? 'problemWithCall' : 'problemInWriting')}
              {locale === 'zh-CN' ? '' : ' '}
              {urgent.P0.production.reason === null ? t('urgent') : null}
            </span>
          </span>
          <Button icon={<Plus size={16} aria-hidden />} onClick={() => void navigate({ to: '/new' })}>
            {t('ask')}
          </Button>
        </li>
        {manager ? (
          <li className={styles.way}>
            <Avatar id={manager.id} name={manager.name} kind="staff" size={40} />
            <span className={styles.wayText}>
              <strong>{manager.name}</strong>
              <span className={styles.muted}>{t('manager')}</span>
            </span>
          </li>
        ) : null}
      </ul>
    </section>
  );
}

import type { InboxSnapshot } from '@alongside/client';
import type { TicketHead } from '@alongside/contracts';
import {
  Button,
  cx,
  MoreTickets,
  REQUEST_DRAFT,
  RelativeTime,
  StateBadge,
  TextArea,
  useComposer,
  useLastMessageText,
} from '@alongside/ui';
import { ArrowRight, ChevronRight, Stethoscope } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './Home.module.css';

export type HomeProps = {
  /** Null for a visitor without a name. */
  name: string | null;
  tickets: readonly TicketHead[];
  news: ReadonlySet<string>;
  /** The list they are of, when it has come, and how to have more of it. */
  inbox: InboxSnapshot | null;
  onMore: () => void;
  onBegin: () => void;
  onOpen: (ticketId: string) => void;
  /** Checks devices and network before a call. */
  onCheck: () => void;
};

/** The first thing one sees: room to say what is wrong, then one's conversations. */
export function Home({ name, tickets, news, inbox, onMore, onBegin, onOpen, onCheck }: HomeProps) {
  const { t } = useTranslation(['widget', 'ui']);
  const composer = useComposer(REQUEST_DRAFT);
  const textOf = useLastMessageText();
  return (
    <div className={styles.home}>
      <section className={styles.hero}>
        <h2 className={styles.greeting}>{name ? t('greetingNamed', { name }) : t('greeting')}</h2>
        <p className={styles.promise}>{t('promise')}</p>
        <form
          className={styles.ask}
          onSubmit={(event) => {
            event.preventDefault();
            onBegin();
          }}
        >
          <TextArea
            className={styles.what}
            label={t('ui:request.form.describe')}
            hideLabel
            placeholder={t('ui:request.form.example')}
            rows={4}
            dir="auto"
            value={composer.draft.body}
            onChange={(event) => composer.change({ body: event.target.value })}
          />
          <Button
            type="submit"
            variant="primary"
            size="lg"
            wide
            icon={<ArrowRight size={18} aria-hidden className={styles.arrow} />}
          >
            {t('continue')}
          </Button>
        </form>
        <Button variant="quiet" icon={<Stethoscope size={17} aria-hidden />} onClick={onCheck}>
          {t('ui:check.open')}
        </Button>
      </section>
      {tickets.length > 0 ? (
        <section className={styles.yours} aria-labelledby="yours">
          <h2 id="yours" className={styles.heading}>
            {t('yours')}
          </h2>
          <ul className={styles.list}>
            {tickets.map((ticket) => (
              <li key={ticket.id}>
                <button
                  type="button"
                  className={cx(styles.ticket, news.has(ticket.id) && styles.fresh)}
                  onClick={() => onOpen(ticket.id)}
                >
                  <span className={styles.subject}>{ticket.subject}</span>
                  <span className={styles.preview}>{previewOf(ticket)}</span>
                  <span className={styles.facts}>
                    {news.has(ticket.id) ? (
                      <span className={styles.news}>{t('news')}</span>
                    ) : (
                      <StateBadge state={ticket.state} forCustomer />
                    )}
                    <RelativeTime at={ticket.lastMessage?.at ?? ticket.openedAt} />
                  </span>
                  <ChevronRight size={18} aria-hidden className={styles.chevron} />
                </button>
              </li>
            ))}
          </ul>
          {inbox ? <MoreTickets quiet inbox={inbox} label={t('older')} onMore={onMore} /> : null}
        </section>
      ) : null}
    </div>
  );

  function previewOf({ lastMessage }: TicketHead): string {
    if (!lastMessage) return '';
    const who = lastMessage.by.kind === 'customer' ? t('you') : lastMessage.by.name;
    return t('said', { who, text: textOf(lastMessage) });
  }
}

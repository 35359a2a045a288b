import { type FileRef, getContact, type TicketContext, type TicketView } from '@alongside/contracts';
import {
  Avatar,
  Badge,
  cx,
  exactTime,
  FileIcon,
  FileName,
  formatBytes,
  IconButton,
  RelativeTime,
  Skeleton,
  Stars,
  StateBadge,
  timeOfDay,
  useFileLink,
  useLocale,
  useNow,
  usePersonName,
} from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { Building2, Clock, Mail, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { EscalationLadder } from '../oncall/EscalationLadder.tsx';
import styles from './TicketFacts.module.css';

/** What is known beside the conversation: the customer, what came with the ticket, their other tickets, its files. */
export function TicketFacts({ ticketView, onClose }: { ticketView: TicketView; onClose: () => void }) {
  const { t } = useTranslation('console');
  const nameOf = usePersonName();
  const { locale } = useLocale();
  const { ticket, context } = ticketView;
  const contact = useRoute(getContact, { params: { id: ticket.contact.id } });
  const earlier = (contact.data?.tickets ?? []).filter((other) => other.id !== ticket.id);
  const files = ticketView.entries.flatMap((entry) => (entry.kind === 'message' ? entry.files : []));
  const email = contact.data?.contact.email ?? null;
  return (
    <div className={styles.root}>
      <div className={styles.close}>
        <IconButton
          size="sm"
          label={t('ticket.hideFacts')}
          icon={<X size={16} aria-hidden />}
          onClick={onClose}
          tooltip={false}
        />
      </div>
      <section className={styles.section}>
        <div className={styles.customer}>
          <Avatar id={ticket.contact.id} name={ticket.contact.name} size={40} anonymous={ticket.contact.anonymous} />
          <div className={styles.customerTexts}>
            <Link to="/customers/people/$contactId" params={{ contactId: ticket.contact.id }} className={styles.name}>
              {nameOf(ticket.contact.name)}
            </Link>
            {ticket.contact.anonymous ? <Badge>{t('customer.anonymous')}</Badge> : null}
          </div>
        </div>
        <ul className={styles.lines}>
          {ticket.organisation ? (
            <li>
              <Building2 size={15} aria-hidden />
              <Link
                to="/customers/organisations/$organisationId"
                params={{ organisationId: ticket.organisation.id }}
                className={styles.quietLink}
              >
                {ticket.organisation.name}
              </Link>
            </li>
          ) : null}
          {email ? (
            <li>
              <Mail size={15} aria-hidden />
              <a className={styles.quietLink} href={`mailto:${email}`}>
                {email}
              </a>
            </li>
          ) : null}
          {context.timeZone ? <LocalTime timeZone={context.timeZone} /> : null}
        </ul>
      </section>
      <EscalationLadder ticketView={ticketView} className={styles.section} />
      <Section title={t('facts.context')}>
        <ContextList context={context} openedAt={ticket.openedAt} channel={t(`ui:channel.${ticket.channel}`)} />
      </Section>
      {ticket.rating ? (
        <Section title={t('facts.rating')}>
          <Stars score={ticket.rating.score} size={16} />
          {ticket.rating.comment ? <p className={styles.comment}>{ticket.rating.comment}</p> : null}
        </Section>
      ) : null}
      <Section title={t('facts.files', { count: files.length })}>
        {files.length === 0 ? (
          <p className={styles.none}>{t('facts.noFiles')}</p>
        ) : (
          <ul className={styles.files}>
            {files.map((file) => (
              <FileLine key={file.id} file={file} />
            ))}
          </ul>
        )}
      </Section>
      <Section title={t('facts.earlier')}>
        {contact.isPending ? (
          <Skeleton lines={3} />
        ) : earlier.length === 0 ? (
          <p className={styles.none}>{t('facts.noEarlier')}</p>
        ) : (
          <ul className={styles.earlier}>
            {earlier.slice(0, 8).map((other) => (
              <li key={other.id}>
                <Link
                  to="/views/$view/$number"
                  params={{ view: 'all', number: String(other.number) }}
                  className={styles.earlierLink}
                >
                  <StateBadge state={other.state} compact />
                  <span className={styles.earlierSubject}>{other.subject}</span>
                  <RelativeTime at={other.updatedAt} format="short" className={styles.when} />
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <p className={styles.opened} title={exactTime(Date.parse(ticket.openedAt), locale)}>
        {t('facts.opened')} <RelativeTime at={ticket.openedAt} />
      </p>
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h3 className={styles.title}>{title}</h3>
      {children}
    </section>
  );
}

/** What time it is for the customer now: whether one may still call. */
function LocalTime({ timeZone }: { timeZone: string }) {
  const { t } = useTranslation('console');
  const { locale } = useLocale();
  const nowMs = useNow();
  let time: string;
  let hour: number;
  try {
    time = timeOfDay(nowMs, locale, timeZone);
    hour = Number(time.slice(0, 2));
  } catch {
    return null;
  }
  const isNight = hour < 7 || hour >= 21;
  return (
    <li>
      <Clock size={15} aria-hidden />
      <span>
        <span className={cx(styles.clock, isNight && styles.night)}>{time}</span>{' '}
        <span className={styles.zone}>
          {t(isNight ? 'facts.nightThere' : 'facts.there')}
          <br />
          {timeZone.replaceAll('_', ' ')}
        </span>
      </span>
    </li>
  );
}

const CONTEXT_FIELDS = ['browser', 'platform', 'appVersion', 'screen', 'connection', 'language'] as const;

function ContextList({ context, channel }: { context: TicketContext; openedAt: string; channel: string }) {
  const { t } = useTranslation('console');
  return (
    <dl className={styles.facts}>
      {context.pageUrl ? (
        <Fact name={t('facts.page')}>
          <PageLink url={context.pageUrl} title={context.pageTitle} />
        </Fact>
      ) : null}
      {CONTEXT_FIELDS.map((field) =>
        context[field] ? (
          <Fact key={field} name={t(`facts.${field}`)}>
            {context[field]}
          </Fact>
        ) : null,
      )}
      <Fact name={t('facts.channel')}>{channel}</Fact>
      {Object.entries(context.custom ?? {}).map(([name, value]) => (
        <Fact key={name} name={name}>
          {value}
        </Fact>
      ))}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}

// The address comes from a stranger's browser: only the web's own schemes become a link.
function PageLink({ url, title }: { url: string; title: string | undefined }) {
  const label = title || url;
  if (!/^https?:\/\//i.test(url)) return label;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow" title={url}>
      {label}
    </a>
  );
}

function FileLine({ file }: { file: FileRef }) {
  const { t } = useTranslation('console');
  const { locale } = useLocale();
  const link = useFileLink(file.id);
  return (
    <li>
      <a
        className={styles.file}
        href={link?.downloadUrl}
        download={file.name}
        title={t('ui:file.download', { name: file.name })}
      >
        <FileIcon mediaType={file.mediaType} size={16} />
        <span className={styles.fileName}>
          <FileName name={file.name} />
        </span>
        <span className={styles.when}>{formatBytes(file.sizeBytes, locale)}</span>
      </a>
    </li>
  );
}

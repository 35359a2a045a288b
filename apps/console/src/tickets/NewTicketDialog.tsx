import { type ApiError, freshRequestIds, sendUnder, toApiError } from '@alongside/client';
import { listContacts, openTicket, PRIORITIES, type Priority, SUBJECT_MAX_LENGTH } from '@alongside/contracts';
import {
  Avatar,
  Button,
  Dialog,
  PriorityBadge,
  Select,
  TextArea,
  TextField,
  useLocale,
  usePersonName,
  useToast,
} from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import { Search, X } from 'lucide-react';
import { useDeferredValue, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../data/api.ts';
import { fieldError, formError, useRoute } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import { useSession } from '../session/session.ts';
import styles from './NewTicketDialog.module.css';

type Person = { id: string; name: string };

/** A ticket on a customer's behalf, e.g. after they rang the ordinary telephone. */
export function NewTicketDialog({
  open,
  contact,
  onClose,
}: {
  open: boolean;
  contact: Person | null;
  onClose: () => void;
}) {
  const { t } = useTranslation('console');
  const formId = useId();
  const [busy, setBusy] = useState(false);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t('newTicket.title')}
      actions={
        <>
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} busy={busy}>
            {t('newTicket.submit')}
          </Button>
        </>
      }
    >
      <NewTicketForm id={formId} contact={contact} onBusy={setBusy} onClose={onClose} />
    </Dialog>
  );
}

function NewTicketForm(props: {
  id: string;
  contact: Person | null;
  onBusy: (busy: boolean) => void;
  onClose: () => void;
}) {
  const { id, contact, onBusy, onClose } = props;
  const { t } = useTranslation('console');
  const { locale } = useLocale();
  const { workspace } = useSession();
  const toast = useToast();
  const navigate = useNavigate();
  // Made once: sending twice after a cut opens one ticket.
  const [ids, setIds] = useState(freshRequestIds);
  const [person, setPerson] = useState<Person | null>(contact);
  const [subject, setSubject] = useState('');
  const [body, setBody] = useState('');
  const [topic, setTopic] = useState('');
  const [priority, setPriority] = useState<Priority>('P2');
  const [error, setError] = useState<ApiError | null>(null);
  const [missing, setMissing] = useState(false);

  async function submit(): Promise<void> {
    if (!person) {
      setMissing(true);
      return;
    }
    onBusy(true);
    setError(null);
    const renew = () => {
      const others = freshRequestIds();
      setIds(others);
      return others;
    };
    try {
      const { number } = await sendUnder(ids, renew, ({ ticketId, messageId }) =>
        api.call(openTicket, {
          body: {
            id: ticketId,
            subject: subject.trim() || undefined,
            topic: topic || null,
            priority,
            channel: 'console',
            message: { id: messageId, body },
            contactId: person.id,
          },
        }),
      );
      onClose();
      toast.show({ tone: 'success', message: t('newTicket.done', { number }) });
      await navigate({ to: '/views/$view/$number', params: { view: 'all', number: String(number) } });
    } catch (thrown) {
      setError(toApiError(thrown, locale));
    } finally {
      onBusy(false);
    }
  }

  return (
    <Form id={id} onSubmit={() => void submit()} error={formError(error, ['subject', 'message', 'contactId'])}>
      {person ? (
        <div className={styles.person}>
          <Avatar id={person.id} name={person.name} size={32} />
          <span className={styles.personName}>{person.name}</span>
          <Button size="sm" variant="quiet" icon={<X size={14} aria-hidden />} onClick={() => setPerson(null)}>
            {t('newTicket.change')}
          </Button>
        </div>
      ) : (
        <PersonPicker
          error={missing ? t('newTicket.whoMissing') : fieldError(error, 'contactId')}
          onPick={(picked) => {
            setPerson(picked);
            setMissing(false);
          }}
        />
      )}
      <TextField
        label={t('newTicket.subject')}
        maxLength={SUBJECT_MAX_LENGTH}
        value={subject}
        error={fieldError(error, 'subject')}
        onChange={(event) => setSubject(event.target.value)}
      />
      <TextArea
        label={t('newTicket.message')}
        hint={t('newTicket.messageHint')}
        rows={5}
        value={body}
        error={fieldError(error, 'message')}
        onChange={(event) => setBody(event.target.value)}
      />
      <div className={styles.pair}>
        <Select
          label={t('ticket.priority')}
          value={priority}
          options={PRIORITIES.map((value) => ({
            value,
            label: `${value} ${t(`ui:priority.${value}`)}`,
            content: <PriorityBadge priority={value} withName />,
          }))}
          onChange={setPriority}
        />
        <Select
          label={t('ticket.topic')}
          value={topic}
          options={[
            { value: '', label: t('ticket.noTopic') },
            ...workspace.topics.map((each) => ({ value: each.id, label: each.name[locale] })),
          ]}
          onChange={setTopic}
        />
      </div>
    </Form>
  );
}

function PersonPicker({ error, onPick }: { error: string | null; onPick: (person: Person) => void }) {
  const { t } = useTranslation('console');
  const nameOf = usePersonName();
  const [text, setText] = useState('');
  const search = useDeferredValue(text.trim());
  const found = useRoute(listContacts, { query: search === '' ? {} : { search } }, { keepPrevious: true });
  const contacts = found.data?.contacts.slice(0, 6) ?? [];
  return (
    <div>
      <TextField
        label={t('newTicket.who')}
        icon={<Search size={15} aria-hidden />}
        placeholder={t('newTicket.whoHint')}
        autoFocus
        autoComplete="off"
        value={text}
        error={error}
        onChange={(event) => setText(event.target.value)}
      />
      <ul className={styles.found} aria-label={t('newTicket.who')}>
        {contacts.map((contact) => (
          <li key={contact.id}>
            <button
              type="button"
              className={styles.choice}
              onClick={() => onPick({ id: contact.id, name: nameOf(contact.name) })}
            >
              <Avatar id={contact.id} name={contact.name} size={24} anonymous={contact.anonymous} />
              <span className={styles.personName}>{nameOf(contact.name)}</span>
              <span className={styles.about}>{contact.organisation?.name ?? contact.email}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.isSuccess && contacts.length === 0 ? <p className={styles.about}>{t('newTicket.nobody')}</p> : null}
    </div>
  );
}

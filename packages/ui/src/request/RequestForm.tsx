import { ApiError, collectContext, freshRequestIds, type HostContext, sendUnder } from '@alongside/client';
import {
  getOwnPlan,
  MESSAGE_FILES_MAX,
  type OwnPlan,
  openTicket,
  type Priority,
  type TicketChannel,
  type TicketContext,
  type Topic,
} from '@alongside/contracts';
import { ArrowUp, Paperclip, X } from 'lucide-react';
import { type FormEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient } from '../app/ClientProvider.tsx';
import { cx } from '../app/cx.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import { Button } from '../base/Button.tsx';
import { IconButton } from '../base/IconButton.tsx';
import { Select } from '../base/Select.tsx';
import { TextArea } from '../base/TextField.tsx';
import { VisuallyHidden } from '../base/VisuallyHidden.tsx';
import { isHostInUse } from '../call/keyboard.ts';
import { carriesFiles, filesOfDrop, filesOfPaste } from '../composer/dropped-files.ts';
import { useComposer } from '../composer/use-composer.ts';
import { FileOffers } from '../diagnosis/FileOffers.tsx';
import { useFileOffers } from '../diagnosis/use-file-offers.ts';
import { noteDiagnosed } from '../diagnosis/use-recorded-files.ts';
import { FileIcon, FileName } from '../files/FileChip.tsx';
import { UploadRow } from '../files/UploadRow.tsx';
import { timeOfDay } from '../ticket/time-words.ts';
import { type Attempt, recallAttempt, rememberAttempt } from './attempt.ts';
import { ContextReview } from './ContextReview.tsx';
import { WATCHED_CALL, withoutLines } from './context-lines.ts';
import styles from './RequestForm.module.css';
import { UrgencyChoice } from './UrgencyChoice.tsx';
import { UrgencyNote } from './UrgencyNote.tsx';
import { offerFor } from './urgency-offer.ts';

/** Draft and uploads of a request that is not a ticket yet are kept under this name. */
export const REQUEST_DRAFT = 'new';

/** No topic, as a value a list can hold. */
const NO_TOPIC = '-';

export type RequestFormProps = {
  topics: readonly Topic[];
  channel: TicketChannel;
  /** What the host page told; undefined where the page is ours. */
  host?: HostContext & Pick<TicketContext, 'screen'>;
  /** `panel` fills a box of a given height and keeps its button in sight; `page` is as long as it is. */
  layout?: 'page' | 'panel';
  /** A call of the page's own that it has watched: goes along unless it is taken out. */
  watchedCall?: WatchedCallOffer | null;
  onOpened: (ticketId: string, number: number) => void;
};

export type WatchedCallOffer = {
  sessionId: string;
  /** As the page calls it; '' where it does not. */
  label: string;
  startedMs: number;
  /** Null while it goes on. */
  endedMs: number | null;
  /** Makes sure the desk knows of it, before a ticket names it. */
  prepare(): Promise<void>;
  /** The ticket is there: what was held back for it may go. */
  release(): void;
};

/** Asks for help: what is wrong, what it is about, how bad, files, and what is sent along. */
export function RequestForm({ topics, channel, host, layout = 'page', watchedCall, onOpened }: RequestFormProps) {
  const { t } = useTranslation('ui', { keyPrefix: 'request' });
  const { locale } = useLocale();
  const { api, me, uploads, outbox } = useClient();
  const composer = useComposer(REQUEST_DRAFT);
  const { offers, offer: offerFiles, remember, settle } = useFileOffers(REQUEST_DRAFT);
  const [attempt, setAttempt] = useState<Attempt>(() => recallAttempt(me.id));
  const [context, setContext] = useState<TicketContext>({});
  const [plan, setPlan] = useState<OwnPlan | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ field: 'body' | null; message: string } | null>(null);
  const [dragging, setDragging] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const hostKey = JSON.stringify(host ?? null);
  const withheld = useMemo(() => new Set(attempt.withheld), [attempt.withheld]);

  useEffect(() => {
    let isCurrent = true;
    const told = JSON.parse(hostKey) as RequestFormProps['host'] | null;
    const { screen, ...known } = told ?? {};
    void collectContext(told ? known : undefined).then((collected) => {
      if (isCurrent) setContext({ ...collected, ...(screen ? { screen } : {}) });
    });
    return () => {
      isCurrent = false;
    };
  }, [hostKey]);
  useEffect(() => {
    const abort = new AbortController();
    // Without an answer the form asks as it always did: the server decides, and what was asked for stays on record.
    api.call(getOwnPlan, {}, { signal: abort.signal }).then(
      (reply) => setPlan(reply.plan),
      () => {},
    );
    return () => abort.abort();
  }, [api]);
  useEffect(() => rememberAttempt(me.id, attempt), [me.id, attempt]);
  useEffect(() => {
    const element = area.current;
    if (!element || isHostInUse()) return;
    element.focus();
    element.setSelectionRange(element.value.length, element.value.length);
  }, []);

  // One that was kept can be gone since; the server would refuse what the list does not even show.
  const topic = topics.some(({ id }) => id === attempt.topic) ? attempt.topic : null;
  const change = (part: Partial<Attempt>) => setAttempt((current) => ({ ...current, ...part }));

  const attach = (files: readonly File[]) => composer.addFiles(files).ids;
  const addFiles = (files: readonly File[]) => void offerFiles(files, attach);

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    const body = composer.draft.body.trim();
    if (body === '') {
      setProblem({ field: 'body', message: t('form.needed') });
      area.current?.focus();
      return;
    }
    if (!composer.canSend) {
      setProblem({
        field: null,
        message: composer.over > 0 ? t('form.tooLong', { over: composer.over }) : t('form.blocked'),
      });
      return;
    }
    // What is held would stay behind: the form is gone once the request is opened.
    if (offers.some(({ uploadId }) => uploadId === null)) {
      setProblem({ field: null, message: t('form.undecided') });
      return;
    }
    setBusy(true);
    setProblem(null);
    const { files } = composer;
    // A person in need does not wait for a large file: what is there goes now, the rest follows in the conversation.
    const ready = files.map((file) => file.id).filter((id) => uploads.readiness([id]) === 'ready');
    const gone = attempt.fileIds ?? [];
    const first = { ticketId: attempt.ticketId, messageId: attempt.messageId, fileIds: attempt.fileIds ?? ready };
    change(first);
    // Its files came with the earlier sending, and the server lets no file come twice.
    const renew = () => {
      const others = { ...freshRequestIds(), fileIds: ready.filter((id) => !gone.includes(id)) };
      change(others);
      return others;
    };
    const call = watchedCall && !withheld.has(WATCHED_CALL) ? watchedCall : null;
    try {
      // Without the measurements help comes all the same.
      const isKnown = await call?.prepare().then(
        () => true,
        () => false,
      );
      let sent: readonly string[] = gone;
      const opened = await sendUnder(first, renew, ({ ticketId, messageId, fileIds }) => {
        sent = [...gone, ...fileIds];
        return api.call(openTicket, {
          body: {
            id: ticketId,
            topic,
            priority: attempt.priority,
            production: attempt.production,
            channel,
            context: withoutLines(context, withheld),
            conversation: 'new',
            ...(call && isKnown ? { watchedSessionId: call.sessionId } : {}),
            message: { id: messageId, body, fileIds: [...fileIds] },
          },
        });
      });
      const late = files.filter((file) => !sent.includes(file.id));
      if (late.length > 0) outbox.send({ ticketId: opened.ticketId, visibility: 'public', body: '', files: late });
      if (isKnown) call?.release();
      composer.take();
      // They are the ticket's now; the next request must not show them as its own. The outbox does so for the late ones.
      uploads.forget(sent);
      rememberAttempt(me.id, null);
      onOpened(opened.ticketId, opened.number);
    } catch (thrown) {
      setBusy(false);
      // Refused: what was kept of the first sending means nothing to the server.
      if (thrown instanceof ApiError && !thrown.retry && thrown.status !== 0) change({ fileIds: null });
      setProblem({ field: null, message: (thrown as Error).message });
    }
  }

  function watchedCallWords({ label, startedMs, endedMs }: WatchedCallOffer): string {
    const minutes = Math.max(1, Math.round(((endedMs ?? Date.now()) - startedMs) / 60_000));
    return t(label ? 'context.watchedCallNamed' : 'context.watchedCallUnnamed', { label, count: minutes });
  }

  const offer = offerFor(plan, attempt.priority, attempt.production);
  const hasFiles = composer.uploads.length > 0 || composer.earlier.length > 0;
  return (
    <form
      className={cx(styles.form, styles[layout], dragging && styles.dragging)}
      noValidate
      onSubmit={(event) => void send(event)}
      onPaste={(event) => {
        const files = filesOfPaste(event.clipboardData, () =>
          t('form.pasted', { time: timeOfDay(Date.now(), locale).replace(':', '-') }),
        );
        if (files.length === 0) return;
        event.preventDefault();
        addFiles(files);
      }}
      onDragOver={(event) => {
        if (!carriesFiles(event.dataTransfer)) return;
        event.preventDefault();
        setDragging(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDragging(false);
      }}
      onDrop={(event) => {
        if (!carriesFiles(event.dataTransfer)) return;
        event.preventDefault();
        setDragging(false);
        void filesOfDrop(event.dataTransfer, MESSAGE_FILES_MAX + 1).then(addFiles);
      }}
    >
      <div className={styles.fields}>
        <TextArea
          ref={area}
          className={styles.what}
          label={t('form.describe')}
          placeholder={t('form.example')}
          rows={4}
          dir="auto"
          value={composer.draft.body}
          error={problem?.field === 'body' ? problem.message : null}
          onChange={(event) => {
            composer.change({ body: event.target.value });
            if (problem?.field === 'body') setProblem(null);
          }}
        />

        <section className={styles.files} aria-label={t('form.files')}>
          <div className={styles.filesHead}>
            <span>
              <span className={styles.label}>{t('form.files')}</span>
              <span className={styles.hint}>{t(dragging ? 'form.drop' : 'form.filesHint')}</span>
            </span>
            <Button icon={<Paperclip size={16} aria-hidden />} onClick={() => picker.current?.click()}>
              {t('form.attach')}
            </Button>
          </div>
          <FileOffers
            removeFile={composer.removeFile}
            onDiagnosed={noteDiagnosed}
            {...{ offers, attach, remember, settle }}
          />
          {hasFiles ? (
            <ul className={styles.list}>
              {composer.earlier.map((file) => (
                <li key={file.id} className={styles.earlier}>
                  <FileIcon mediaType={file.mediaType} size={17} />
                  <FileName name={file.name} />
                  <IconButton
                    size="sm"
                    label={t('form.removeFile', { name: file.name })}
                    icon={<X size={15} aria-hidden />}
                    onClick={() => composer.removeFile(file.id)}
                  />
                </li>
              ))}
              {composer.uploads.map((upload) => (
                <li key={upload.id}>
                  <UploadRow
                    upload={upload}
                    onPause={() => composer.pause(upload.id)}
                    onResume={() => composer.resume(upload.id)}
                    onCancel={() => composer.removeFile(upload.id)}
                  />
                </li>
              ))}
            </ul>
          ) : null}
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            aria-label={t('form.attach')}
            onChange={(event) => {
              addFiles([...(event.target.files ?? [])]);
              event.target.value = '';
            }}
          />
        </section>

        <UrgencyChoice value={attempt.priority} onChange={(priority: Priority) => change({ priority })} />
        {plan && offer ? (
          <UrgencyNote
            plan={plan}
            offer={offer}
            production={attempt.production}
            onProduction={(production) => change({ production })}
          />
        ) : null}

        {topics.length > 0 ? (
          <Select
            label={t('form.topic')}
            options={[
              { value: NO_TOPIC, label: t('form.topicNone') },
              ...topics.map(({ id, name }) => ({ value: id, label: name[locale] })),
            ]}
            value={topic ?? NO_TOPIC}
            onChange={(chosen) => change({ topic: chosen === NO_TOPIC ? null : chosen })}
          />
        ) : null}

        <ContextReview
          context={context}
          watchedCall={watchedCall ? watchedCallWords(watchedCall) : null}
          withheld={withheld}
          onChange={(next) => change({ withheld: [...next] })}
        />

        {problem && problem.field === null ? (
          <p className={styles.problem} role="alert">
            {problem.message} <span className={styles.hint}>{t('form.kept')}</span>
          </p>
        ) : null}
      </div>
      <div className={styles.send}>
        <Button type="submit" variant="primary" size="lg" wide busy={busy} icon={<ArrowUp size={18} aria-hidden />}>
          {t('form.send')}
        </Button>
        <VisuallyHidden>
          <span role="status">{busy ? t('form.sending') : ''}</span>
        </VisuallyHidden>
      </div>
    </form>
  );
}

import { newId, type TicketStore, toApiError } from '@alongside/client';
import { listPolicies, type PageTarget, pageByHand, type TicketView } from '@alongside/contracts';
import { Button, Dialog, IconButton, Select, TextArea, useLocale, useToast } from '@alongside/ui';
import { BellPlus } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import styles from './PageSomeone.module.css';
import { type Choice, usePolicyWords } from './policy-words.ts';
import { choicesFor } from './StepFields.tsx';

type Kind = PageTarget['kind'] | 'policy';
const KINDS: readonly Kind[] = ['person', 'rotation', 'default_rotation', 'skill', 'everyone', 'policy', 'webhook'];

/** Pages a person, whoever is on call, or begins a policy's chain, about a ticket. */
export function PageSomeone({ store, ticketView }: { store: TicketStore; ticketView: TicketView }) {
  const { t } = useTranslation('oncall');
  const [open, setOpen] = useState(false);
  if (!ticketView.may.page) return null;
  return (
    <span className={styles.action}>
      <IconButton label={t('byHand.action')} icon={<BellPlus size={18} aria-hidden />} onClick={() => setOpen(true)} />
      {open ? <PageDialog store={store} onClose={() => setOpen(false)} /> : null}
    </span>
  );
}

/** Whom to page, and what they should know. */
export function PageDialog({ store, onClose }: { store: TicketStore; onClose: () => void }) {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const toast = useToast();
  const formId = useId();
  const { choices } = usePolicyWords();
  const policies = useRoute(listPolicies, {}).data?.policies ?? [];
  // Pressed twice, or sent again after a cut, it is one page.
  const [id] = useState(newId);
  const [kind, setKind] = useState<Kind>('person');
  const [whom, setWhom] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const amongOf = (each: Kind): readonly Choice[] | null =>
    each === 'policy'
      ? policies.map((policy) => ({ value: policy.id, label: policy.content.name }))
      : choicesFor(each, choices);
  const among = amongOf(kind);
  const isReady = among === null || whom !== null;

  async function send(): Promise<void> {
    if (!isReady) return;
    setBusy(true);
    setError(null);
    try {
      const to = (among === null ? { kind } : { kind, id: whom }) as Parameters<typeof body>[0];
      await store.change(pageByHand, body(to));
      toast.show({ tone: 'success', message: t('byHand.sent') });
      onClose();
    } catch (thrown) {
      const failure = toApiError(thrown, locale);
      setError(failure.issues[0]?.message ?? failure.message);
      setBusy(false);
    }
  }
  const body = (to: PageTarget | { kind: 'policy'; id: string }) => ({ id, to, note });

  return (
    <Dialog
      open
      onClose={onClose}
      size="sm"
      title={t('byHand.title')}
      description={t('byHand.lead')}
      actions={
        <>
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} busy={busy} disabled={!isReady}>
            {t('byHand.send')}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={() => void send()} error={error}>
        <Select<Kind>
          label={t('step.target')}
          value={kind}
          options={KINDS.map((value) => ({
            value,
            label: value === 'policy' ? t('byHand.policy') : t(`target.kind.${value}`),
            disabled: amongOf(value)?.length === 0,
          }))}
          onChange={(next) => {
            setKind(next);
            setWhom(null);
          }}
        />
        {among ? (
          <Select
            hideLabel
            label={kind === 'policy' ? t('byHand.policy') : t(`target.kind.${kind}`)}
            placeholder={t('swap.choose')}
            value={whom}
            options={among}
            onChange={setWhom}
          />
        ) : null}
        <TextArea
          label={t('byHand.note')}
          rows={3}
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </Form>
    </Dialog>
  );
}

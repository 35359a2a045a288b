import type { RouteReply } from '@alongside/contracts';
import { askSwap, type getOnCallSchedule, listSwaps } from '@alongside/contracts';
import { byPerson } from '@alongside/desk';
import {
  Button,
  Dialog,
  Select,
  TextArea,
  TextField,
  useLocale,
  useNow,
  useOpening,
  usePersonName,
  useToast,
} from '@alongside/ui';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import { useSession } from '../session/session.ts';
import styles from './Fields.module.css';
import { ownZone, stretchWords } from './shift-words.ts';
import { instantOf, wallOf } from './wall-time.ts';

/** A shift of one's own that a colleague is asked to take. */
export type SwappedShift = { rotationId: string; rotationName: string; tz: string; from: string; to: string };

const NOTHING = 'nothing';

/** Asks a colleague to take a shift, or a part of it, with or without one of theirs in return. */
export function SwapDialog({
  shift,
  schedule,
  onClose,
}: {
  shift: SwappedShift | null;
  /** Where the colleague's shifts are found that one could take in return. */
  schedule: RouteReply<typeof getOnCallSchedule> | null;
  onClose: () => void;
}) {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const { me } = useSession();
  const nameOf = usePersonName();
  const toast = useToast();
  const nowMs = useNow();
  const formId = useId();
  const zone = ownZone();
  const ask = useChange(askSwap, [listSwaps]);
  const [values, setValues] = useState({ from: '', to: '', colleagueId: '', back: NOTHING, note: '' });
  useOpening(shift, (opened) => {
    const fromMs = Math.max(Date.parse(opened.from), Math.ceil(Date.now() / 60_000) * 60_000);
    setValues({
      from: wallOf(new Date(fromMs).toISOString(), zone),
      to: wallOf(opened.to, zone),
      colleagueId: '',
      back: NOTHING,
      note: '',
    });
    ask.reset();
  });

  const colleagues = (schedule?.people ?? []).filter(({ id, disabled }) => id !== me.id && !disabled);
  const theirs = byPerson(schedule?.rotations.find(({ rotationId }) => rotationId === shift?.rotationId)?.shifts ?? [])
    .filter(({ personId, from }) => personId === values.colleagueId && Date.parse(from) > nowMs)
    .slice(0, 20);

  function submit(): void {
    const [from, to] = [instantOf(values.from, zone), instantOf(values.to, zone)];
    if (!shift || from === null || to === null || values.colleagueId === '') return;
    const back = theirs.find((turn) => turn.from === values.back);
    ask.mutate(
      {
        params: { id: shift.rotationId },
        body: {
          from,
          to,
          colleagueId: values.colleagueId,
          back: back ? { from: back.from, to: back.to } : null,
          note: values.note,
        },
      },
      {
        onSuccess({ swap }) {
          toast.show({ tone: 'success', message: t('swap.asked', { name: nameOf(swap.colleague.name) }) });
          onClose();
        },
      },
    );
  }

  return (
    <Dialog
      open={shift !== null}
      onClose={onClose}
      size="sm"
      title={t('swap.title')}
      description={shift ? `${shift.rotationName}: ${stretchWords(shift, locale)}` : undefined}
      actions={
        <>
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            busy={ask.isPending}
            disabled={values.colleagueId === ''}
          >
            {t('swap.send')}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={submit} error={formError(ask.error, ['from', 'to', 'colleagueId', 'back'])}>
        <Select
          label={t('swap.colleague')}
          placeholder={t('swap.choose')}
          value={values.colleagueId === '' ? null : values.colleagueId}
          options={colleagues.map(({ id, name }) => ({ value: id, label: nameOf(name) }))}
          onChange={(colleagueId) => setValues({ ...values, colleagueId, back: NOTHING })}
        />
        <div className={styles.pair}>
          <TextField
            type="datetime-local"
            label={t('field.from')}
            value={values.from}
            error={fieldError(ask.error, 'from')}
            onChange={(event) => setValues({ ...values, from: event.target.value })}
          />
          <TextField
            type="datetime-local"
            label={t('field.to')}
            value={values.to}
            error={fieldError(ask.error, 'to')}
            onChange={(event) => setValues({ ...values, to: event.target.value })}
          />
        </div>
        <Select
          label={t('swap.back')}
          value={values.back}
          disabled={values.colleagueId === ''}
          options={[
            { value: NOTHING, label: t('swap.backNothing') },
            ...theirs.map((turn) => ({ value: turn.from, label: stretchWords(turn, locale) })),
          ]}
          onChange={(back) => setValues({ ...values, back })}
        />
        <TextArea
          label={t('field.note')}
          rows={2}
          maxLength={500}
          value={values.note}
          onChange={(event) => setValues({ ...values, note: event.target.value })}
        />
        <p className={styles.hint}>{t('swap.hint')}</p>
      </Form>
    </Dialog>
  );
}

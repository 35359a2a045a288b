import { createOverride, type OnCallRotation } from '@alongside/contracts';
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
} from '@alongside/ui';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import styles from './Fields.module.css';
import { ON_CALL_ROUTES } from './live.ts';
import { zoneWords } from './shift-words.ts';
import { instantOf, wallOf } from './wall-time.ts';

/** What an override begins with; null = the next full hour, and eight hours more. */
export type OverrideStretch = { from: string | null; to: string | null };

const HOUR_MS = 3_600_000;

/** Puts somebody on call for a stretch, whatever the layers say. */
export function OverrideDialog({
  rotation,
  stretch,
  people,
  timeZone,
  onClose,
}: {
  rotation: OnCallRotation;
  /** Null while closed. */
  stretch: OverrideStretch | null;
  people: readonly { id: string; name: string; disabled: boolean }[];
  /** The zone the times are meant in. */
  timeZone: string;
  onClose: () => void;
}) {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const nowMs = useNow();
  const formId = useId();
  const create = useChange(createOverride, ON_CALL_ROUTES);
  const [values, setValues] = useState({ personId: '', from: '', to: '', note: '' });
  useOpening(stretch, (opened) => {
    const nextHourMs = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS;
    const fromMs = Math.max(
      opened.from ? Date.parse(opened.from) : nextHourMs,
      Math.floor(Date.now() / 60_000) * 60_000,
    );
    const toMs = opened.to ? Date.parse(opened.to) : fromMs + 8 * HOUR_MS;
    const wall = (ms: number) => wallOf(new Date(ms).toISOString(), timeZone);
    setValues({ personId: '', from: wall(fromMs), to: wall(toMs), note: '' });
    create.reset();
  });

  function submit(): void {
    const [from, to] = [instantOf(values.from, timeZone), instantOf(values.to, timeZone)];
    if (from === null || to === null || values.personId === '') return;
    create.mutate(
      { params: { id: rotation.id }, body: { from, to, personId: values.personId, note: values.note } },
      { onSuccess: onClose },
    );
  }

  return (
    <Dialog
      open={stretch !== null}
      onClose={onClose}
      size="sm"
      title={t('override.title')}
      description={t('override.lead', { rotation: rotation.current.content.name })}
      actions={
        <>
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            busy={create.isPending}
            disabled={values.personId === ''}
          >
            {t('override.save')}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={submit} error={formError(create.error, ['from', 'to', 'personId'])}>
        <Select
          label={t('override.person')}
          placeholder={t('swap.choose')}
          value={values.personId === '' ? null : values.personId}
          options={people
            .filter(({ disabled }) => !disabled)
            .map(({ id, name }) => ({ value: id, label: nameOf(name) }))}
          onChange={(personId) => setValues({ ...values, personId })}
        />
        <div className={styles.pair}>
          <TextField
            type="datetime-local"
            label={t('field.from')}
            value={values.from}
            error={fieldError(create.error, 'from')}
            onChange={(event) => setValues({ ...values, from: event.target.value })}
          />
          <TextField
            type="datetime-local"
            label={t('field.to')}
            value={values.to}
            error={fieldError(create.error, 'to')}
            onChange={(event) => setValues({ ...values, to: event.target.value })}
          />
        </div>
        <p className={styles.hint}>{t('override.zone', { zone: zoneWords(timeZone, locale, nowMs) })}</p>
        <TextArea
          label={t('field.note')}
          rows={2}
          maxLength={500}
          value={values.note}
          onChange={(event) => setValues({ ...values, note: event.target.value })}
        />
      </Form>
    </Dialog>
  );
}

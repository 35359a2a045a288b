import { type ApiError, toApiError } from '@alongside/client';
import { REASON_MAX_LENGTH } from '@alongside/contracts';
import { Button, Dialog, TextArea, useLocale } from '@alongside/ui';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import styles from './DeedDialog.module.css';

/** How a deed's reason is asked for. */
export type ReasonField = {
  /** What the server calls it. */
  field: string;
  label: string;
  required: boolean;
};

export type DeedDialogProps = {
  title: string;
  /** What it will do. */
  lead: string;
  submit: string;
  danger?: boolean;
  /** False while something is still to be chosen. */
  ready?: boolean;
  reason?: ReasonField;
  /** Fields shown in the body, whose errors stand there. */
  fields?: readonly string[];
  /** @param reason as typed, without blanks around it */
  onSubmit: (reason: string) => Promise<void>;
  onClose: () => void;
  children?: (error: (field: string) => string | null) => ReactNode;
};

/** Something one does to a ticket that wants a second look, and often a reason. Mounted only while it is open. */
export function DeedDialog(props: DeedDialogProps) {
  const { title, lead, submit, danger, ready = true, reason, fields = [], onSubmit, onClose, children } = props;
  const { t } = useTranslation('clock');
  const { locale } = useLocale();
  const formId = useId();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const isMissing = reason?.required === true && text.trim() === '';

  async function send(): Promise<void> {
    if (busy || !ready || isMissing) return;
    setBusy(true);
    setError(null);
    try {
      await onSubmit(text.trim());
      onClose();
    } catch (thrown) {
      setError(toApiError(thrown, locale));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={lead}
      actions={
        <>
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button
            type="submit"
            form={formId}
            variant={danger ? 'danger' : 'primary'}
            busy={busy}
            disabled={!ready || isMissing}
          >
            {submit}
          </Button>
        </>
      }
    >
      <Form
        id={formId}
        className={styles.form}
        error={formError(error, reason ? [...fields, reason.field] : fields)}
        onSubmit={() => void send()}
      >
        {children?.((field) => fieldError(error, field))}
        {reason ? (
          <TextArea
            label={reason.label}
            hint={t('form.reasonHint')}
            rows={2}
            maxLength={REASON_MAX_LENGTH}
            required={reason.required}
            value={text}
            error={fieldError(error, reason.field)}
            onChange={(event) => setText(event.target.value)}
          />
        ) : null}
      </Form>
    </Dialog>
  );
}

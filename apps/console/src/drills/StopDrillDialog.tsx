import { type Drill, stopDrill } from '@alongside/contracts';
import { Button, Dialog, TextArea, useOpening } from '@alongside/ui';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import { DRILL_ROUTES } from './live.ts';

/** Ends a drill that runs, or takes back one that waits. @param drill null while closed */
export function StopDrillDialog({ drill, onClose }: { drill: Drill | null; onClose: () => void }) {
  const { t } = useTranslation('drills');
  const formId = useId();
  const stop = useChange(stopDrill, DRILL_ROUTES);
  const [note, setNote] = useState('');
  const isRunning = drill?.state === 'running';
  useOpening(drill?.id, () => {
    setNote('');
    stop.reset();
  });
  return (
    <Dialog
      open={drill !== null}
      onClose={onClose}
      size="sm"
      title={t(isRunning ? 'stop.title' : 'stop.cancelTitle')}
      description={t(isRunning ? 'stop.hint' : 'stop.cancelHint')}
      actions={
        <>
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button variant="danger" type="submit" form={formId} busy={stop.isPending}>
            {t(isRunning ? 'stop.confirm' : 'stop.confirmCancel')}
          </Button>
        </>
      }
    >
      <Form
        id={formId}
        onSubmit={() => drill && stop.mutate({ params: { id: drill.id }, body: { note } }, { onSuccess: onClose })}
        error={formError(stop.error, ['note'])}
      >
        <TextArea
          label={t('stop.note')}
          rows={2}
          maxLength={500}
          value={note}
          error={fieldError(stop.error, 'note')}
          onChange={(event) => setNote(event.target.value)}
        />
      </Form>
    </Dialog>
  );
}

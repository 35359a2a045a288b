import type { ApiError } from '@alongside/client';
import {
  getRecordingSettings,
  RECORDING_RETENTION_MAX_DAYS,
  type RecordingSettings as Settings,
  updateRecordingSettings,
} from '@alongside/contracts';
import { Button, ErrorState, Skeleton, Switch, TextField, useToast } from '@alongside/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange, useRoute } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import { ActionRow } from './ActionRow.tsx';

/** Who may watch recordings of calls, and how long they are kept. */
export function RecordingSettings() {
  const settings = useRoute(getRecordingSettings, {});
  if (settings.isPending) return <Skeleton lines={4} />;
  if (settings.isError)
    return <ErrorState compact message={settings.error.message} onRetry={() => void settings.refetch()} />;
  return <Fields settings={settings.data.settings} />;
}

function Fields({ settings }: { settings: Settings }) {
  const { t } = useTranslation('console');
  const toast = useToast();
  const change = useChange(updateRecordingSettings, [getRecordingSettings]);
  const [customersMayWatch, setCustomersMayWatch] = useState(settings.customersMayWatch);
  const [keepsAll, setKeepsAll] = useState(settings.retentionDays === null);
  const [days, setDays] = useState(String(settings.retentionDays ?? 90));
  const error = change.error as ApiError | null;
  const retentionDays = keepsAll ? null : Number(days);
  const isSame = customersMayWatch === settings.customersMayWatch && retentionDays === settings.retentionDays;

  function save(): void {
    change.mutate(
      { body: { customersMayWatch, retentionDays } },
      { onSuccess: () => toast.show({ tone: 'success', message: t('settings.saved') }) },
    );
  }

  return (
    <Form error={formError(error, ['retentionDays'])} onSubmit={save}>
      <Switch
        label={t('settings.recording.customers')}
        hint={t('settings.recording.customersHint')}
        checked={customersMayWatch}
        onChange={setCustomersMayWatch}
      />
      <Switch
        label={t('settings.recording.keepAll')}
        hint={t('settings.recording.keepAllHint')}
        checked={keepsAll}
        onChange={setKeepsAll}
      />
      {keepsAll ? null : (
        <TextField
          label={t('settings.recording.days')}
          hint={t('settings.recording.daysHint')}
          type="number"
          inputMode="numeric"
          min={1}
          max={RECORDING_RETENTION_MAX_DAYS}
          value={days}
          error={fieldError(error, 'retentionDays')}
          onChange={(event) => setDays(event.target.value)}
        />
      )}
      <ActionRow>
        <Button type="submit" variant="primary" busy={change.isPending} disabled={isSame || (!keepsAll && days === '')}>
          {t('settings.save')}
        </Button>
      </ActionRow>
    </Form>
  );
}

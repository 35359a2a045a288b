import type { ApiError } from '@alongside/client';
import {
  getRecordingSettings,
  RECORDING_RETENTION_MAX_DAYS,
  type RecordingSettings as Settings,
  updateRecordingSettings,
} from '@alongside/contracts';
import { ErrorState, Skeleton, Switch, useToast } from '@alongside/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange, useRoute } from '../data/queries.ts';
import { KeepingForm } from './KeepingForm.tsx';

/** Who may watch recordings of calls, and how long they are kept. */
export function RecordingSettings() {
  const settings = useRoute(getRecordingSettings, {});
  if (settings.isPending) return <Skeleton lines={4} />;
  if (settings.isLoadingError)
    return <ErrorState compact message={settings.error.message} onRetry={() => void settings.refetch()} />;
  return <Fields settings={settings.data.settings} />;
}

function Fields({ settings }: { settings: Settings }) {
  const { t } = useTranslation('console');
  const toast = useToast();
  const change = useChange(updateRecordingSettings, [getRecordingSettings]);
  const [customersMayWatch, setCustomersMayWatch] = useState(settings.customersMayWatch);
  const onSuccess = () => toast.show({ tone: 'success', message: t('settings.saved') });
  return (
    <KeepingForm
      about="recording"
      retentionDays={settings.retentionDays}
      usualDays={90}
      maxDays={RECORDING_RETENTION_MAX_DAYS}
      isSame={customersMayWatch === settings.customersMayWatch}
      isBusy={change.isPending}
      error={change.error as ApiError | null}
      onSave={(retentionDays) => change.mutate({ body: { customersMayWatch, retentionDays } }, { onSuccess })}
    >
      <Switch
        label={t('settings.recording.customers')}
        hint={t('settings.recording.customersHint')}
        checked={customersMayWatch}
        onChange={setCustomersMayWatch}
      />
    </KeepingForm>
  );
}

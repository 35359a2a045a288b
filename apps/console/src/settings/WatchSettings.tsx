import type { ApiError } from '@alongside/client';
import {
  getWatchSettings,
  type WatchSettings as Settings,
  updateWatchSettings,
  WATCH_RETENTION_MAX_DAYS,
} from '@alongside/contracts';
import { ErrorState, Skeleton, Switch, useToast } from '@alongside/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange, useRoute } from '../data/queries.ts';
import { KeepingForm } from './KeepingForm.tsx';

const SWITCHES = ['watchCalls', 'watchProducts', 'keepAddresses'] as const;

/** What is measured of calls, and how long it is kept. */
export function WatchSettings() {
  const settings = useRoute(getWatchSettings, {});
  if (settings.isPending) return <Skeleton lines={5} />;
  if (settings.isLoadingError)
    return <ErrorState compact message={settings.error.message} onRetry={() => void settings.refetch()} />;
  return <Fields settings={settings.data.settings} />;
}

function Fields({ settings }: { settings: Settings }) {
  const { t } = useTranslation('console');
  const toast = useToast();
  const change = useChange(updateWatchSettings, [getWatchSettings]);
  const [chosen, setChosen] = useState(settings);
  const onSuccess = () => toast.show({ tone: 'success', message: t('settings.saved') });
  return (
    <KeepingForm
      about="watching"
      retentionDays={settings.retentionDays}
      usualDays={30}
      maxDays={WATCH_RETENTION_MAX_DAYS}
      isSame={SWITCHES.every((name) => chosen[name] === settings[name])}
      isBusy={change.isPending}
      error={change.error as ApiError | null}
      onSave={(retentionDays) => change.mutate({ body: { ...chosen, retentionDays } }, { onSuccess })}
    >
      {SWITCHES.map((name) => (
        <Switch
          key={name}
          label={t(`settings.watching.${name}`)}
          hint={t(`settings.watching.${name}Hint`)}
          checked={chosen[name]}
          onChange={(isOn) => setChosen({ ...chosen, [name]: isOn })}
        />
      ))}
    </KeepingForm>
  );
}

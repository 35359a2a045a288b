import type { ApiError } from '@alongside/client';
import {
  getWatchSettings,
  type WatchSettings as Settings,
  updateWatchSettings,
  WATCH_RETENTION_MAX_DAYS,
} from '@alongside/contracts';
import { Button, ErrorState, Skeleton, Switch, TextField, useToast } from '@alongside/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange, useRoute } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import { ActionRow } from './ActionRow.tsx';

const SWITCHES = ['watchCalls', 'watchProducts', 'keepAddresses'] as const;
/** Offered to whoever ends keeping without end. */
const USUAL_DAYS = 30;

/** What is measured of calls, and how long it is kept. */
export function WatchSettings() {
  const settings = useRoute(getWatchSettings, {});
  if (settings.isPending) return <Skeleton lines={5} />;
  if (settings.isError)
    return <ErrorState compact message={settings.error.message} onRetry={() => void settings.refetch()} />;
  return <Fields settings={settings.data.settings} />;
}

function Fields({ settings }: { settings: Settings }) {
  const { t } = useTranslation('console');
  const toast = useToast();
  const change = useChange(updateWatchSettings, [getWatchSettings]);
  const [chosen, setChosen] = useState(settings);
  const [days, setDays] = useState(String(settings.retentionDays ?? USUAL_DAYS));
  const error = change.error as ApiError | null;
  const keepsAll = chosen.retentionDays === null;
  const retentionDays = keepsAll ? null : Number(days);
  const isSame = retentionDays === settings.retentionDays && SWITCHES.every((name) => chosen[name] === settings[name]);

  function save(): void {
    change.mutate(
      { body: { ...chosen, retentionDays } },
      { onSuccess: () => toast.show({ tone: 'success', message: t('settings.saved') }) },
    );
  }

  return (
    <Form error={formError(error, ['retentionDays'])} onSubmit={save}>
      {SWITCHES.map((name) => (
        <Switch
          key={name}
          label={t(`settings.watching.${name}`)}
          hint={t(`settings.watching.${name}Hint`)}
          checked={chosen[name]}
          onChange={(isOn) => setChosen({ ...chosen, [name]: isOn })}
        />
      ))}
      <Switch
        label={t('settings.watching.keepAll')}
        hint={t('settings.watching.keepAllHint')}
        checked={keepsAll}
        onChange={(isOn) => setChosen({ ...chosen, retentionDays: isOn ? null : USUAL_DAYS })}
      />
      {keepsAll ? null : (
        <TextField
          label={t('settings.watching.days')}
          hint={t('settings.watching.daysHint')}
          type="number"
          inputMode="numeric"
          min={1}
          max={WATCH_RETENTION_MAX_DAYS}
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

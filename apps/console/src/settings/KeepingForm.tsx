import type { ApiError } from '@alongside/client';
import { Button, Switch, TextField } from '@alongside/ui';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import { ActionRow } from './ActionRow.tsx';

/**
 * Settings of something that is kept: the caller's own fields, how long it is kept (`null`: without end), and the button.
 * @param about whose words under `settings` are shown
 * @param usualDays offered to whoever ends keeping without end
 * @param isSame whether the caller's own fields stand as they are stored
 */
export function KeepingForm(props: {
  about: 'recording' | 'watching';
  retentionDays: number | null;
  usualDays: number;
  maxDays: number;
  isSame: boolean;
  isBusy: boolean;
  error: ApiError | null;
  onSave(retentionDays: number | null): void;
  children: ReactNode;
}) {
  const { about, error } = props;
  const { t } = useTranslation('console');
  const [keepsAll, setKeepsAll] = useState(props.retentionDays === null);
  const [days, setDays] = useState(String(props.retentionDays ?? props.usualDays));
  const retentionDays = keepsAll ? null : Number(days);
  const isSame = props.isSame && retentionDays === props.retentionDays;
  return (
    <Form error={formError(error, ['retentionDays'])} onSubmit={() => props.onSave(retentionDays)}>
      {props.children}
      <Switch
        label={t(`settings.${about}.keepAll`)}
        hint={t(`settings.${about}.keepAllHint`)}
        checked={keepsAll}
        onChange={setKeepsAll}
      />
      {keepsAll ? null : (
        <TextField
          label={t(`settings.${about}.days`)}
          hint={t(`settings.${about}.daysHint`)}
          type="number"
          inputMode="numeric"
          min={1}
          max={props.maxDays}
          value={days}
          error={fieldError(error, 'retentionDays')}
          onChange={(event) => setDays(event.target.value)}
        />
      )}
      <ActionRow>
        <Button type="submit" variant="primary" busy={props.isBusy} disabled={isSame || (!keepsAll && days === '')}>
          {t('settings.save')}
        </Button>
      </ActionRow>
    </Form>
  );
}

import { type Contract, getContract, listOrganisations, listPlans, listStaff, setContract } from '@alongside/contracts';
import { startOfLocalDate } from '@alongside/sla';
import {
  Button,
  Dialog,
  SegmentedControl,
  Select,
  TextArea,
  TextField,
  TimeZonePicker,
  useLocale,
  useOpening,
  useToast,
} from '@alongside/ui';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange, useRoute } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import { readAmount, writeAmount } from './amount-text.ts';
import styles from './ContractSection.module.css';
import { askAnewOnConflict } from './conflict.ts';
import { localDateNow } from './date-words.ts';
import { NamedContacts } from './NamedContacts.tsx';

/** No plan, or no manager, as a value a list can hold. */
const NONE = 'none';
const FIELDS = ['planId', 'timeZone', 'startsOn', 'monthlyFee', 'namedContactIds', 'managerId', 'reason', 'validFrom'];

type Draft = {
  planId: string;
  timeZone: string;
  startsOn: string;
  amount: string;
  currency: string;
  namedContactIds: readonly string[];
  managerId: string;
  reason: string;
  when: 'now' | 'later';
  validFrom: string;
};

function draftOf(contract: Contract | null): Draft {
  const timeZone = contract?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    planId: contract?.planId ?? '',
    timeZone,
    startsOn: contract?.startsOn ?? localDateNow(timeZone),
    amount: contract?.monthlyFee ? writeAmount(contract.monthlyFee) : '',
    currency: contract?.monthlyFee?.currency ?? 'CNY',
    namedContactIds: contract?.namedContacts.map(({ id }) => id) ?? [],
    managerId: contract?.manager?.id ?? NONE,
    reason: '',
    when: 'now',
    validFrom: '',
  };
}

/** Puts an organisation under contract, changes what is agreed, or ends it: now or from a date on, with the reason. */
export function ContractDialog({
  open,
  organisationId,
  contract,
  basedOn,
  onClose,
}: {
  open: boolean;
  organisationId: string;
  contract: Contract | null;
  basedOn: number;
  onClose: () => void;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'contract' });
  const { t: ui } = useTranslation('ui');
  const { locale } = useLocale();
  const toast = useToast();
  const formId = useId();
  const [draft, setDraft] = useState(() => draftOf(contract));
  /** What the editing began from: what a colleague saves meanwhile must not pass for seen. */
  const [base, setBase] = useState(basedOn);
  const [tried, setTried] = useState(false);
  const plans = useRoute(listPlans, {}, { enabled: open }).data?.plans ?? [];
  const staff = useRoute(listStaff, {}, { enabled: open }).data?.staff ?? [];
  const save = useChange(setContract, [getContract, listPlans, listOrganisations]);
  useOpening(open, () => {
    setDraft(draftOf(contract));
    setBase(basedOn);
    setTried(false);
    save.reset();
  });
  const change = (part: Partial<Draft>) => setDraft((current) => ({ ...current, ...part }));
  const plan = plans.find(({ id }) => id === draft.planId);
  const ends = draft.planId === NONE;
  const amountMinor = readAmount(draft.amount, draft.currency);
  const problems = {
    plan: draft.planId === '' ? t('planNeeded') : null,
    amount: amountMinor === null ? t('notAnAmount') : null,
    reason: draft.reason.trim() === '' ? t('reasonNeeded') : null,
    validFrom: draft.when === 'later' && draft.validFrom === '' ? t('dateNeeded') : null,
  };
  const local = (name: keyof typeof problems) => (tried ? problems[name] : null);

  function submit(): void {
    setTried(true);
    if (Object.values(problems).some((problem) => problem !== null)) return;
    // Told of the conflict, one may save over it.
    const from = save.error?.code === 'version_conflict' ? basedOn : base;
    setBase(from);
    save.mutate(
      {
        params: { id: organisationId },
        body: {
          basedOn: from,
          planId: ends ? null : draft.planId,
          timeZone: draft.timeZone,
          startsOn: draft.startsOn,
          monthlyFee: typeof amountMinor === 'number' ? { amountMinor, currency: draft.currency } : null,
          namedContactIds: [...draft.namedContactIds],
          managerId: draft.managerId === NONE ? null : draft.managerId,
          reason: draft.reason,
          ...(draft.when === 'later' ? { validFrom: startOfLocalDate(draft.timeZone, draft.validFrom) } : {}),
        },
      },
      {
        onSuccess: () => {
          toast.show({ tone: 'success', message: t(draft.when === 'now' ? 'saved' : 'savedForLater') });
          onClose();
        },
        onError: (error) => askAnewOnConflict(error, getContract),
      },
    );
  }

  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t(contract ? 'changeTitle' : 'setTitle')}
      actions={
        <>
          <Button onClick={onClose}>{ui('dialog.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} busy={save.isPending}>
            {t('save')}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={submit} error={formError(save.error, FIELDS)}>
        <div>
          <Select
            label={t('plan')}
            placeholder={t('choosePlan')}
            value={draft.planId || null}
            options={[
              ...plans
                .filter(({ archived, id }) => !archived || id === contract?.planId)
                .map(({ id, current }) => ({ value: id, label: current.content.name[locale] })),
              ...(contract ? [{ value: NONE, label: t('end') }] : []),
            ]}
            onChange={(planId) => change({ planId })}
          />
          <Problem text={local('plan') ?? fieldError(save.error, 'planId')} />
        </div>
        {ends ? (
          <p className={styles.hint}>{t('endHint')}</p>
        ) : (
          <>
            <div className={styles.pair}>
              <TextField
                label={t('startsOn')}
                hint={t('startsOnHint')}
                type="date"
                value={draft.startsOn}
                error={fieldError(save.error, 'startsOn')}
                onChange={(event) => change({ startsOn: event.target.value })}
              />
              <TimeZonePicker
                label={t('timeZone')}
                hint={t('timeZoneHint')}
                value={draft.timeZone}
                error={fieldError(save.error, 'timeZone')}
                onChange={(timeZone) => change({ timeZone })}
              />
            </div>
            <div className={styles.pair}>
              <div className={styles.money}>
                <TextField
                  label={t('fee')}
                  inputMode="decimal"
                  autoComplete="off"
                  value={draft.amount}
                  error={local('amount') ?? fieldError(save.error, 'monthlyFee.amountMinor')}
                  onChange={(event) => change({ amount: event.target.value })}
                />
                <TextField
                  label={t('currency')}
                  maxLength={3}
                  autoComplete="off"
                  value={draft.currency}
                  error={fieldError(save.error, 'monthlyFee.currency')}
                  onChange={(event) => change({ currency: event.target.value.toUpperCase() })}
                />
              </div>
              <div>
                <Select
                  label={t('manager')}
                  value={draft.managerId}
                  options={[
                    { value: NONE, label: t('noManager') },
                    ...staff
                      .filter(({ id, disabled }) => !disabled || id === contract?.manager?.id)
                      .map(({ id, name }) => ({ value: id, label: name })),
                  ]}
                  onChange={(managerId) => change({ managerId })}
                />
                <Problem text={fieldError(save.error, 'managerId')} />
              </div>
            </div>
            <NamedContacts
              organisationId={organisationId}
              named={contract?.namedContacts ?? []}
              chosen={draft.namedContactIds}
              hint={t(plan?.current.content.urgentByNamedContacts ? 'namedHint' : 'namedNotNeeded')}
              error={fieldError(save.error, 'namedContactIds')}
              onChange={(namedContactIds) => change({ namedContactIds })}
            />
          </>
        )}
        <div className={styles.pair}>
          <div>
            <p className={styles.legend} aria-hidden>
              {t('when')}
            </p>
            <SegmentedControl<Draft['when']>
              label={t('when')}
              value={draft.when}
              options={[
                { value: 'now', label: t('now') },
                { value: 'later', label: t('later') },
              ]}
              onChange={(when) => change({ when })}
            />
          </div>
          {draft.when === 'later' ? (
            <TextField
              label={t('validFrom')}
              type="date"
              value={draft.validFrom}
              error={local('validFrom') ?? fieldError(save.error, 'validFrom')}
              onChange={(event) => change({ validFrom: event.target.value })}
            />
          ) : null}
        </div>
        <TextArea
          label={t('reason')}
          hint={t('reasonHint')}
          rows={2}
          value={draft.reason}
          error={local('reason') ?? fieldError(save.error, 'reason')}
          onChange={(event) => change({ reason: event.target.value })}
        />
      </Form>
    </Dialog>
  );
}

function Problem({ text }: { text: string | null }) {
  return text ? (
    <p className={styles.error} role="alert">
      {text}
    </p>
  ) : null;
}

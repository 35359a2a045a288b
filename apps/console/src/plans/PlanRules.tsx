import { type PlanContent, SUPPORT_CHANNELS } from '@alongside/contracts';
import { SegmentedControl, Switch } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import { CreditTiers } from './CreditTiers.tsx';
import { EditorPart } from './EditorPart.tsx';
import { NumberField } from './NumberField.tsx';
import styles from './PlanEditor.module.css';

/** What a plan says beside its times: ways to reach the team, who may raise what, how the clock judges, what is owed. */
export function PlanRules({
  content,
  readOnly,
  errorOf,
  onChange,
}: {
  content: PlanContent;
  readOnly: boolean;
  errorOf: (field: string) => string | null;
  onChange: (part: Partial<PlanContent>) => void;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'plan' });
  const { t: promise } = useTranslation('promise');
  const channelError = errorOf('channels');
  return (
    <>
      <EditorPart title={t('channels')}>
        <fieldset className={styles.checks}>
          <legend className={styles.legend}>{t('channels')}</legend>
          {SUPPORT_CHANNELS.map((channel) => (
            <label key={channel} className={styles.check}>
              <input
                type="checkbox"
                checked={content.channels.includes(channel)}
                disabled={readOnly}
                onChange={(event) =>
                  onChange({
                    channels: SUPPORT_CHANNELS.filter((one) =>
                      one === channel ? event.target.checked : content.channels.includes(one),
                    ),
                  })
                }
              />
              {promise(`channels.${channel}`)}
            </label>
          ))}
        </fieldset>
        {channelError ? <p className={styles.error}>{channelError}</p> : null}
        <div className={styles.quota}>
          {readOnly ? null : (
            <SegmentedControl
              label={t('calls')}
              value={content.callsPerYear === null ? 'unlimited' : 'limited'}
              options={[
                { value: 'limited', label: t('callsLimited') },
                { value: 'unlimited', label: t('callsUnlimited') },
              ]}
              onChange={(next) => onChange({ callsPerYear: next === 'unlimited' ? null : 0 })}
            />
          )}
          {readOnly && content.callsPerYear === null ? <p>{t('callsAsNeeded')}</p> : null}
          {content.callsPerYear === null ? null : (
            <NumberField
              label={t('callsPerYear')}
              value={content.callsPerYear}
              disabled={readOnly}
              error={errorOf('callsPerYear')}
              onChange={(callsPerYear) => onChange({ callsPerYear: Math.round(callsPerYear) })}
            />
          )}
        </div>
      </EditorPart>
      <EditorPart title={t('urgent')}>
        <Switch
          label={t('byNamedContacts')}
          hint={t('byNamedContactsHint')}
          checked={content.urgentByNamedContacts}
          disabled={readOnly}
          onChange={(urgentByNamedContacts) => onChange({ urgentByNamedContacts })}
        />
        <Switch
          label={t('forProduction')}
          hint={t('forProductionHint')}
          checked={content.urgentForProduction}
          disabled={readOnly}
          onChange={(urgentForProduction) => onChange({ urgentForProduction })}
        />
      </EditorPart>
      <EditorPart title={t('judging')}>
        <Switch
          label={t('assistantCounts')}
          hint={t('assistantCountsHint')}
          checked={content.assistantCounts}
          disabled={readOnly}
          onChange={(assistantCounts) => onChange({ assistantCounts })}
        />
        <Switch
          label={t('pausesOnHold')}
          hint={t('pausesOnHoldHint')}
          checked={content.pausesOnHold}
          disabled={readOnly}
          onChange={(pausesOnHold) => onChange({ pausesOnHold })}
        />
        <NumberField
          label={t('warnAt')}
          unit="%"
          hint={t('warnAtHint')}
          value={Number((content.warnAtShare * 100).toFixed(2))}
          disabled={readOnly}
          error={errorOf('warnAtShare')}
          onChange={(percent) => onChange({ warnAtShare: percent / 100 })}
        />
      </EditorPart>
      <EditorPart title={t('credits')} lead={t('creditsHint')}>
        <CreditTiers
          tiers={content.creditTiers}
          readOnly={readOnly}
          errorOf={errorOf}
          onChange={(creditTiers) => onChange({ creditTiers })}
        />
      </EditorPart>
      <EditorPart title={t('offering')}>
        <Switch
          label={t('offered')}
          hint={t('offeredHint')}
          checked={content.offered}
          disabled={readOnly}
          onChange={(offered) => onChange({ offered })}
        />
      </EditorPart>
    </>
  );
}

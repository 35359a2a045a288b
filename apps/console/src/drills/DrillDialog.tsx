import { newId } from '@alongside/client';
import { createDrillSeries, LOCALES, listPlans, type Plan, startDrill } from '@alongside/contracts';
import {
  Button,
  Dialog,
  LANGUAGE_NAMES,
  SegmentedControl,
  Select,
  Switch,
  TextArea,
  useLocale,
  useOpening,
  useToast,
} from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange, useRoute } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import { useSession } from '../session/session.ts';
import styles from './DrillDialog.module.css';
import { stepTime } from './drill-words.ts';
import { DRILL_ROUTES } from './live.ts';
import { RhythmFields } from './RhythmFields.tsx';
import { firstTimes, repeatOf, type Times, windowOf } from './times.ts';
import { WindowFields } from './WindowFields.tsx';

const WHENS = ['now', 'window', 'repeat'] as const;
type When = (typeof WHENS)[number];

const NO_TOPIC = 'none';

/** Starts a drill now, plans one, or has it repeated. */
export function DrillDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('drills');
  const { locale } = useLocale();
  const { workspace } = useSession();
  const { show } = useToast();
  const navigate = useNavigate();
  const formId = useId();
  const plans = useRoute(listPlans, {}, { enabled: open });
  const start = useChange(startDrill, DRILL_ROUTES);
  const repeat = useChange(createDrillSeries, DRILL_ROUTES);
  const [when, setWhen] = useState<When>('now');
  const [times, setTimes] = useState<Times>(firstTimes);
  const [matter, setMatter] = useState({ planId: '', topic: NO_TOPIC, text: '', locale, withCall: true });
  // One id per opening: pressed twice, or sent again after the line was cut, it is still one drill.
  const [id, setId] = useState('');
  useOpening(open, () => {
    setId(newId());
    setWhen('now');
    setTimes(firstTimes());
    setMatter((before) => ({ ...before, text: '', locale }));
    start.reset();
    repeat.reset();
  });

  const usable = plans.data?.plans.filter(({ archived }) => !archived) ?? [];
  const promised = usable.findLast(
    ({ current }) => current.content.priorities.P0.targetsMs.first_response !== undefined,
  );
  const planId = matter.planId || (promised?.id ?? usable[0]?.id ?? '');
  const chosen = usable.find((plan) => plan.id === planId);
  const promiseOf = ({ current }: Plan) => {
    const ms = current.content.priorities.P0.targetsMs.first_response;
    return ms === undefined ? t('dialog.promiseNone') : t('dialog.promise', { time: stepTime(ms, locale) });
  };
  const error = when === 'repeat' ? repeat.error : start.error;

  function submit(): void {
    if (planId === '') return;
    const topic = matter.topic === NO_TOPIC ? null : matter.topic;
    const body = { id, ...matter, planId, topic };
    const done = (words: string, drillId?: string) => {
      onClose();
      show({ tone: 'success', message: t(words) });
      if (drillId) void navigate({ to: '/on-call/drills/$drillId', params: { drillId } });
    };
    if (when === 'repeat')
      repeat.mutate({ body: { ...body, ...repeatOf(times) } }, { onSuccess: () => done('dialog.planned') });
    else if (when === 'now') start.mutate({ body }, { onSuccess: ({ drill }) => done('dialog.started', drill.id) });
    else {
      const window = windowOf(times);
      if (window) start.mutate({ body: { ...body, window } }, { onSuccess: () => done('dialog.planned') });
    }
  }

  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t('dialog.title')}
      description={t('dialog.lead')}
      actions={
        <>
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            busy={start.isPending || repeat.isPending}
            disabled={planId === '' || (when === 'window' && windowOf(times) === null)}
          >
            {t(when === 'now' ? 'dialog.start' : when === 'window' ? 'dialog.save' : 'dialog.saveRepeat')}
          </Button>
        </>
      }
    >
      <Form
        id={formId}
        onSubmit={submit}
        error={
          plans.error?.message ??
          formError(error, ['window', 'timeZone', 'windowFrom', 'windowTo', 'startsOn', 'repeat', 'text'])
        }
      >
        <div className={styles.when}>
          <SegmentedControl
            label={t('dialog.when')}
            value={when}
            onChange={setWhen}
            options={WHENS.map((value) => ({ value, label: t(`dialog.whens.${value}`) }))}
          />
          {when === 'now' ? <p className={styles.hint}>{t('dialog.nowHint')}</p> : null}
        </div>
        {when === 'window' ? <WindowFields times={times} error={start.error} onChange={setTimes} /> : null}
        {when === 'repeat' ? <RhythmFields times={times} error={repeat.error} onChange={setTimes} /> : null}
        <div className={styles.pair}>
          <div className={styles.field}>
            <Select
              label={t('dialog.planOf')}
              placeholder={t('dialog.choose')}
              value={planId === '' ? null : planId}
              options={usable.map((plan) => ({
                value: plan.id,
                label: plan.current.content.name[locale],
                hint: promiseOf(plan),
              }))}
              onChange={(value) => setMatter({ ...matter, planId: value })}
            />
            {chosen ? <p className={styles.hint}>{promiseOf(chosen)}</p> : null}
          </div>
          <div className={styles.field}>
            <Select
              label={t('dialog.topic')}
              value={matter.topic}
              options={[
                { value: NO_TOPIC, label: t('dialog.topicNone') },
                ...workspace.topics.map((topic) => ({ value: topic.id, label: topic.name[locale] })),
              ]}
              onChange={(topic) => setMatter({ ...matter, topic })}
            />
            <p className={styles.hint}>{t('dialog.topicHint')}</p>
          </div>
        </div>
        <TextArea
          label={t('dialog.text')}
          hint={t('dialog.textHint')}
          placeholder={t('dialog.textPlaceholder')}
          rows={3}
          maxLength={2_000}
          value={matter.text}
          error={fieldError(error, 'text')}
          onChange={(event) => setMatter({ ...matter, text: event.target.value })}
        />
        <div className={styles.field}>
          <span className={styles.label} aria-hidden>
            {t('dialog.language')}
          </span>
          <SegmentedControl
            label={t('dialog.language')}
            value={matter.locale}
            onChange={(language) => setMatter({ ...matter, locale: language })}
            options={LOCALES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
          />
        </div>
        <Switch
          label={t('dialog.withCall')}
          hint={t('dialog.withCallHint')}
          checked={matter.withCall}
          onChange={(withCall) => setMatter({ ...matter, withCall })}
        />
      </Form>
    </Dialog>
  );
}

import { newId } from '@alongside/client';
import {
  createPlan,
  listPlans,
  listPlanVersions,
  type Plan,
  type PlanContent,
  type SupportCalendar,
  updatePlan,
} from '@alongside/contracts';
import { PlanTermsView, Select, Tabs, useLocale, useToast } from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange, useRoute } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import { isAdministrator, useSession } from '../session/session.ts';
import { BackLink } from './BackLink.tsx';
import { askAnewOnConflict } from './conflict.ts';
import { momentWords } from './date-words.ts';
import { EditorPart, SaveBar } from './EditorPart.tsx';
import { LocalisedField } from './LocalisedField.tsx';
import styles from './PlanEditor.module.css';
import { PlanPriorities } from './PlanPriorities.tsx';
import { PlanRules } from './PlanRules.tsx';
import { PlanUse } from './PlanUse.tsx';
import { planChanges } from './plan-changes.ts';
import { termsOf } from './plan-terms.ts';
import { rebasedPlan } from './rebased-plan.ts';
import { isSame } from './same.ts';
import { isShipped, VersionHistory } from './VersionHistory.tsx';

type Face = 'edit' | 'customer' | 'versions';

/** A plan: what it promises, how a customer reads that, and what it promised before. */
export function PlanEditor({
  plan,
  plans,
  calendars,
}: {
  /** Null: a new one. */
  plan: Plan | null;
  plans: readonly Plan[];
  calendars: readonly SupportCalendar[];
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'plan' });
  const { me } = useSession();
  const { locale } = useLocale();
  const toast = useToast();
  const navigate = useNavigate();
  const readOnly = !isAdministrator(me);
  const [id] = useState(newId);
  const [face, setFace] = useState<Face>('edit');
  const [base, setBase] = useState(plan);
  const [from, setFrom] = useState(() => plans.find(({ isDefault }) => isDefault) ?? plans[0]!);
  const [content, setContent] = useState<PlanContent>(() => plan?.current.content ?? unnamed(from.current.content));
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set());
  const create = useChange(createPlan, [listPlans]);
  const update = useChange(updatePlan, [listPlans, listPlanVersions]);
  const error = base ? update.error : create.error;
  const isChanged = base === null || !isSame(base.current.content, content);
  const errorOf = (field: string) => fieldError(error, `content.${field}`);
  const change = (part: Partial<PlanContent>) => setContent((current) => ({ ...current, ...part }));

  /** Something else stands in the fields now: what was half typed in a time that changed by this is gone. */
  function replace(next: PlanContent): void {
    setContent(next);
    setWrong(new Set([...wrong].filter((field) => isSame(valueAt(content, field), valueAt(next, field)))));
  }

  /** A colleague saved meanwhile: what is edited here goes on from there. */
  function take(saved: Plan): void {
    if (base) replace(rebasedPlan(content, base.current.content, saved.current.content));
    setBase(saved);
    update.reset();
  }

  function save(): void {
    if (wrong.size > 0) return;
    setFace('edit');
    const onSuccess = ({ plan: saved }: { plan: Plan }) => {
      setBase(saved);
      // Who went on editing meanwhile keeps that.
      setContent((current) => (isSame(current, content) ? saved.current.content : current));
      toast.show({ tone: 'success', message: t(base ? 'saved' : 'added') });
      if (!base) void navigate({ to: '/settings/$section/$item', params: { section: 'plans', item: saved.id } });
    };
    if (base)
      update.mutate(
        { params: { id: base.id }, body: { basedOn: base.current.version, content } },
        { onSuccess, onError: (error) => askAnewOnConflict(error, listPlans) },
      );
    else create.mutate({ body: { id, content } }, { onSuccess });
  }

  const editing = (
    <div className={styles.face}>
      {base ? null : (
        <Select
          label={t('beginFrom')}
          value={from.id}
          options={plans.map((one) => ({ value: one.id, label: one.current.content.name[locale] }))}
          onChange={(next) => {
            const chosen = plans.find((one) => one.id === next)!;
            setFrom(chosen);
            setContent(unnamed(chosen.current.content, content));
          }}
        />
      )}
      <EditorPart title={t('names')}>
        <LocalisedField
          label={t('name')}
          value={content.name}
          disabled={readOnly}
          errorOf={(language) => errorOf(`name.${language}`)}
          onChange={(name) => change({ name })}
        />
        <LocalisedField
          label={t('summary')}
          value={content.summary}
          disabled={readOnly}
          errorOf={(language) => errorOf(`summary.${language}`)}
          onChange={(summary) => change({ summary })}
        />
      </EditorPart>
      <EditorPart title={t('promises')} lead={t(readOnly ? 'promisesRead' : 'promisesHint')}>
        <PlanPriorities
          priorities={content.priorities}
          calendars={calendars}
          readOnly={readOnly}
          errorOf={errorOf}
          onChange={(priorities) => change({ priorities })}
          onWrong={(field, isWrong) =>
            setWrong((current) => {
              if (current.has(field) === isWrong) return current;
              const next = new Set(current);
              if (isWrong) next.add(field);
              else next.delete(field);
              return next;
            })
          }
        />
      </EditorPart>
      <PlanRules content={content} readOnly={readOnly} errorOf={errorOf} onChange={change} />
    </div>
  );

  return (
    <>
      <BackLink section="plans" label={t('all')} />
      <div>
        <h3 className={styles.title}>{base ? base.current.content.name[locale] : t('new')}</h3>
        {base ? (
          <p className={styles.muted}>
            {isShipped(base.current.validFrom)
              ? t('shipped', { version: base.current.version })
              : t('since', {
                  version: base.current.version,
                  at: momentWords(base.current.validFrom, locale),
                  by: base.current.by ?? '',
                })}
          </p>
        ) : null}
      </div>
      {base && plan ? <PlanUse plan={plan} readOnly={readOnly} /> : null}
      <Form onSubmit={save} error={formError(error, ['content'])}>
        <Tabs<Face>
          label={t('faces')}
          value={face}
          onChange={setFace}
          tabs={[
            { value: 'edit', label: t(readOnly ? 'read' : 'edit'), panel: editing },
            {
              value: 'customer',
              label: t('customer'),
              panel: (
                <div className={styles.face}>
                  <p className={styles.muted}>{t('customerHint')}</p>
                  <div className={styles.paper}>
                    <p className={styles.paperName}>{content.name[locale]}</p>
                    <p className={styles.paperSummary}>{content.summary[locale]}</p>
                    <PlanTermsView terms={termsOf(content, calendars)} />
                  </div>
                </div>
              ),
            },
            ...(base
              ? [
                  {
                    value: 'versions' as const,
                    label: t('versions'),
                    panel: (
                      <Versions
                        id={base.id}
                        onShow={
                          readOnly
                            ? undefined
                            : (earlier, version) => {
                                replace(earlier);
                                setFace('edit');
                                toast.show({ tone: 'info', message: t('takenUp', { version }) });
                              }
                        }
                      />
                    ),
                  },
                ]
              : []),
          ]}
        />
        {readOnly ? null : (
          <SaveBar
            changed={isChanged}
            busy={create.isPending || update.isPending}
            onDiscard={base ? () => replace(base.current.content) : undefined}
            newer={
              update.error?.code === 'version_conflict' && plan && plan.current.version !== base?.current.version
                ? () => take(plan)
                : undefined
            }
          >
            {wrong.size > 0 ? t('wrongTimes') : t('effect')}
          </SaveBar>
        )}
      </Form>
    </>
  );
}

function Versions({
  id,
  onShow,
}: {
  id: string;
  onShow: ((content: PlanContent, version: number) => void) | undefined;
}) {
  const { t } = useTranslation('plans');
  const found = useRoute(listPlanVersions, { params: { id } });
  const versions = found.data?.versions ?? [];
  return (
    <div className={styles.face}>
      <p className={styles.muted}>{t('plan.versionsHint')}</p>
      <VersionHistory
        versions={versions.map((version, index) => ({
          ...version,
          changes: planChanges(versions[index + 1]?.content, version.content).map((part) => t(`planChanges.${part}`)),
        }))}
        onShow={
          onShow &&
          ((number) => {
            const version = versions.find((one) => one.version === number);
            if (version) onShow(version.content, number);
          })
        }
      />
    </div>
  );
}

/** The same promises under a name that has still to be given; one given already stays. */
function unnamed(content: PlanContent, given?: PlanContent): PlanContent {
  return {
    ...content,
    name: given?.name ?? { en: '', 'zh-CN': '' },
    summary: given?.summary ?? content.summary,
    offered: given?.offered ?? false,
  };
}

/** @param field where it stands, as in `priorities.P0.targetsMs.resolve` */
function valueAt(content: PlanContent, field: string): unknown {
  return field.split('.').reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], content);
}

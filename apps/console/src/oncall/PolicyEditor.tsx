import { newId } from '@alongside/client';
import {
  createPolicy,
  type EscalationPolicy,
  type EscalationPolicyContent,
  type EscalationRule,
  type EscalationStep,
  listPolicies,
  savePolicy,
} from '@alongside/contracts';
import { Button, Dialog, Select, TextField } from '@alongside/ui';
import { Plus } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import fields from './Fields.module.css';
import styles from './PolicyEditor.module.css';
import { usePolicyWords } from './policy-words.ts';
import { RuleFields } from './RuleFields.tsx';
import { StepFields } from './StepFields.tsx';
import { WaitField } from './WaitField.tsx';

const STEPS_MAX = 12;
const RULES_MAX = 10;
const REPEATS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

const NEW_RULE: EscalationRule = {
  causes: ['opened', 'priority'],
  priorities: ['P0'],
  topics: [],
  planIds: [],
  targets: [],
};
const NEW_STEP: EscalationStep = { targets: [{ kind: 'default_rotation' }], waitMs: 5 * 60_000 };

/** Makes a policy, or changes one. Chains that run go on as they began. */
export function PolicyEditor({ policy, onClose }: { policy: EscalationPolicy | null; onClose: () => void }) {
  const { t } = useTranslation('oncall');
  const formId = useId();
  const { choices } = usePolicyWords();
  const create = useChange(createPolicy, [listPolicies]);
  const save = useChange(savePolicy, [listPolicies]);
  const error = create.error ?? save.error;
  const [id] = useState(() => policy?.id ?? newId());
  const [content, setContent] = useState<EscalationPolicyContent>(
    () => policy?.content ?? { name: '', rules: [NEW_RULE], delayMs: 0, steps: [NEW_STEP], repeats: 1 },
  );
  const change = (part: Partial<EscalationPolicyContent>) => setContent({ ...content, ...part });
  const { rules, steps } = content;
  const changeStep = (index: number, step: EscalationStep) =>
    change({ steps: steps.map((each, at) => (at === index ? step : each)) });
  const moveStep = (index: number, by: -1 | 1) => {
    const next = [...steps];
    const [step] = next.splice(index, 1);
    if (step) next.splice(index + by, 0, step);
    change({ steps: next });
  };

  function submit(): void {
    if (policy === null) create.mutate({ body: { id, content } }, { onSuccess: onClose });
    else save.mutate({ params: { id }, body: { content, enabled: policy.enabled } }, { onSuccess: onClose });
  }

  return (
    <Dialog
      open
      onClose={onClose}
      size="lg"
      title={policy ? t('editor.title', { name: policy.content.name }) : t('policy.titleNew')}
      description={policy ? t('policy.editLead') : undefined}
      actions={
        <>
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} busy={create.isPending || save.isPending}>
            {t(policy ? 'editor.save' : 'editor.create')}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={submit} error={formError(error, ['content.name', 'content.steps', 'content.rules'])}>
        <TextField
          label={t('editor.name')}
          maxLength={80}
          value={content.name}
          error={fieldError(error, 'content.name')}
          onChange={(event) => change({ name: event.target.value })}
        />
        <h3 className={styles.heading}>{t('policy.whichTickets')}</h3>
        {rules.map((rule, index) => (
          <RuleFields
            // biome-ignore lint/suspicious/noArrayIndexKey: rules are known by their place
            key={index}
            rule={rule}
            isOnly={rules.length === 1}
            choices={choices}
            error={fieldError(error, `content.rules.${index}`)}
            onChange={(next) => change({ rules: rules.map((each, at) => (at === index ? next : each)) })}
            onRemove={() => change({ rules: rules.filter((_, at) => at !== index) })}
          />
        ))}
        <div>
          <Button
            size="sm"
            icon={<Plus size={15} aria-hidden />}
            disabled={rules.length >= RULES_MAX}
            onClick={() => change({ rules: [...rules, { ...NEW_RULE, causes: ['breach'] }] })}
          >
            {t('rule.add')}
          </Button>
        </div>
        <h3 className={styles.heading}>{t('policy.whom')}</h3>
        <WaitField
          label={t('step.delay')}
          hint={t('step.delayHint')}
          waitMs={content.delayMs}
          onChange={(delayMs) => change({ delayMs })}
        />
        {steps.map((step, index) => (
          <StepFields
            // biome-ignore lint/suspicious/noArrayIndexKey: steps are known by their place
            key={index}
            step={step}
            index={index}
            count={steps.length}
            choices={choices}
            error={fieldError(error, `content.steps.${index}`)}
            onChange={(next) => changeStep(index, next)}
            onMove={(by) => moveStep(index, by)}
            onRemove={() => change({ steps: steps.filter((_, at) => at !== index) })}
          />
        ))}
        <div>
          <Button
            size="sm"
            icon={<Plus size={15} aria-hidden />}
            disabled={steps.length >= STEPS_MAX}
            onClick={() => change({ steps: [...steps, { targets: [{ kind: 'everyone' }], waitMs: 10 * 60_000 }] })}
          >
            {t('step.add')}
          </Button>
        </div>
        <div className={fields.pair}>
          <Select
            label={t('step.repeats')}
            value={String(content.repeats)}
            options={REPEATS.map((value) => ({
              value,
              label: value === '0' ? t('step.repeatsNever') : t('step.repeatsTimes', { count: Number(value) }),
            }))}
            onChange={(value) => change({ repeats: Number(value) })}
          />
        </div>
      </Form>
    </Dialog>
  );
}

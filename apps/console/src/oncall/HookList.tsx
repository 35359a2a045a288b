import { newId } from '@alongside/client';
import {
  createHook,
  deleteHook,
  listHooks,
  listPolicies,
  type PageHook,
  renewHookSecret,
  saveHook,
  testHook,
} from '@alongside/contracts';
import {
  AlertDialog,
  Badge,
  Button,
  CodeBlock,
  Dialog,
  ErrorState,
  IconButton,
  Menu,
  RelativeTime,
  Skeleton,
  TextField,
  useOpening,
  useToast,
} from '@alongside/ui';
import { BellRing, Ellipsis, KeyRound, Pencil, Plus, Power, Trash2, Webhook } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange, useRoute } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import styles from './EscalationSettings.module.css';
import rows from './MyPagesTab.module.css';
import { Deliveries } from './TestPage.tsx';
import { useTestDeliveries } from './use-test-deliveries.ts';

/** Addresses that policies call with a signed message. */
export function HookList({ mayEdit }: { mayEdit: boolean }) {
  const { t } = useTranslation('oncall');
  const toast = useToast();
  const hooks = useRoute(listHooks, {});
  const save = useChange(saveHook, [listHooks]);
  const remove = useChange(deleteHook, [listHooks]);
  const renew = useChange(renewHookSecret, [listHooks]);
  const test = useChange(testHook, [listHooks]);
  const [editing, setEditing] = useState<PageHook | 'new' | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const [asking, setAsking] = useState<{ what: 'remove' | 'renew'; hook: PageHook } | null>(null);
  const [testId, setTestId] = useState<string | null>(null);
  const deliveries = useTestDeliveries(testId);
  const onError = (error: { message: string }) => toast.show({ tone: 'error', message: error.message });
  return (
    <section className={styles.section} aria-labelledby="hooks">
      <div className={styles.head}>
        <div>
          <h3 id="hooks" className={styles.heading}>
            {t('hook.title')}
          </h3>
          <p className={styles.muted}>{t('hook.lead')}</p>
        </div>
        {mayEdit ? (
          <Button icon={<Plus size={16} aria-hidden />} onClick={() => setEditing('new')}>
            {t('hook.add')}
          </Button>
        ) : null}
      </div>
      {hooks.isPending ? (
        <Skeleton lines={2} height="2.5rem" width="100%" />
      ) : hooks.isError ? (
        <ErrorState compact message={hooks.error.message} onRetry={() => void hooks.refetch()} />
      ) : hooks.data.hooks.length === 0 ? (
        <p className={styles.muted}>{t('hook.none')}</p>
      ) : (
        <ul className={rows.rows}>
          {hooks.data.hooks.map((hook) => (
            <li key={hook.id} className={rows.row}>
              <Webhook size={18} aria-hidden />
              <span className={rows.grow}>
                <strong>{hook.name}</strong> {hook.enabled ? null : <Badge>{t('policy.off')}</Badge>}
                <br />
                <span className={rows.muted}>{hook.url}</span>
                {hook.last ? (
                  <>
                    <br />
                    <span className={rows.status} data-outcome={hook.last.outcome}>
                      {t(`outcome.${hook.last.outcome}`)} <RelativeTime at={hook.last.at} />
                    </span>
                  </>
                ) : null}
              </span>
              {mayEdit ? (
                <>
                  <Button
                    size="sm"
                    icon={<BellRing size={15} aria-hidden />}
                    onClick={() =>
                      test.mutate(
                        { params: { id: hook.id }, body: {} },
                        { onError, onSuccess: (reply) => setTestId(reply.testId) },
                      )
                    }
                  >
                    {t('hook.test')}
                  </Button>
                  <Menu
                    align="end"
                    trigger={
                      <IconButton
                        size="sm"
                        label={t('rotation.moreOf', { name: hook.name })}
                        icon={<Ellipsis size={17} aria-hidden />}
                        tooltip={false}
                      />
                    }
                    entries={[
                      {
                        id: 'edit',
                        label: t('rotation.edit'),
                        icon: <Pencil size={15} aria-hidden />,
                        onSelect: () => setEditing(hook),
                      },
                      {
                        id: 'power',
                        label: t(hook.enabled ? 'hook.turnOff' : 'hook.turnOn'),
                        icon: <Power size={15} aria-hidden />,
                        onSelect: () =>
                          save.mutate(
                            {
                              params: { id: hook.id },
                              body: { name: hook.name, url: hook.url, enabled: !hook.enabled },
                            },
                            { onError },
                          ),
                      },
                      {
                        id: 'renew',
                        label: t('hook.renew'),
                        icon: <KeyRound size={15} aria-hidden />,
                        onSelect: () => setAsking({ what: 'renew', hook }),
                      },
                      {
                        id: 'remove',
                        label: t('hook.remove'),
                        icon: <Trash2 size={15} aria-hidden />,
                        danger: true,
                        onSelect: () => setAsking({ what: 'remove', hook }),
                      },
                    ]}
                  />
                </>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      <Deliveries deliveries={deliveries} />
      <HookDialog hook={editing} onSecret={setSecret} onClose={() => setEditing(null)} />
      <Dialog
        open={secret !== null}
        onClose={() => setSecret(null)}
        title={t('hook.secretTitle')}
        description={t('hook.secretHint')}
        actions={
          <Button variant="primary" onClick={() => setSecret(null)}>
            {t('hook.secretDone')}
          </Button>
        }
      >
        {secret ? <CodeBlock text={secret} /> : null}
      </Dialog>
      <AlertDialog
        open={asking !== null}
        title={t(asking?.what === 'renew' ? 'hook.renewTitle' : 'hook.removeTitle', { name: asking?.hook.name })}
        description={t(asking?.what === 'renew' ? 'hook.renewHint' : 'hook.removeHint')}
        confirmLabel={t(asking?.what === 'renew' ? 'hook.renew' : 'hook.remove')}
        busy={remove.isPending || renew.isPending}
        onCancel={() => setAsking(null)}
        onConfirm={() => {
          if (!asking) return;
          const params = { id: asking.hook.id };
          const onSettled = () => setAsking(null);
          if (asking.what === 'remove') remove.mutate({ params }, { onError, onSettled });
          else
            renew.mutate({ params, body: {} }, { onError, onSettled, onSuccess: (reply) => setSecret(reply.secret) });
        }}
      />
    </section>
  );
}

function HookDialog({
  hook,
  onSecret,
  onClose,
}: {
  /** Null while closed. */
  hook: PageHook | 'new' | null;
  onSecret: (secret: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('oncall');
  const formId = useId();
  const create = useChange(createHook, [listHooks, listPolicies]);
  const save = useChange(saveHook, [listHooks, listPolicies]);
  const error = create.error ?? save.error;
  const [values, setValues] = useState({ id: '', name: '', url: '' });
  useOpening(hook, (opened) => {
    setValues(
      opened === 'new' ? { id: newId(), name: '', url: '' } : { id: opened.id, name: opened.name, url: opened.url },
    );
    create.reset();
    save.reset();
  });

  function submit(): void {
    if (hook === null) return;
    const { id, name, url } = values;
    if (hook === 'new')
      create.mutate(
        { body: { id, name, url } },
        {
          onSuccess(reply) {
            onClose();
            onSecret(reply.secret);
          },
        },
      );
    else save.mutate({ params: { id }, body: { name, url, enabled: hook.enabled } }, { onSuccess: onClose });
  }

  return (
    <Dialog
      open={hook !== null}
      onClose={onClose}
      size="sm"
      title={t(hook === 'new' ? 'hook.add' : 'hook.edit')}
      actions={
        <>
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} busy={create.isPending || save.isPending}>
            {t(hook === 'new' ? 'editor.create' : 'editor.save')}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={submit} error={formError(error, ['name', 'url'])}>
        <TextField
          label={t('editor.name')}
          maxLength={80}
          value={values.name}
          error={fieldError(error, 'name')}
          onChange={(event) => setValues({ ...values, name: event.target.value })}
        />
        <TextField
          label={t('hook.url')}
          type="url"
          placeholder="https://"
          value={values.url}
          error={fieldError(error, 'url')}
          onChange={(event) => setValues({ ...values, url: event.target.value })}
        />
      </Form>
    </Dialog>
  );
}

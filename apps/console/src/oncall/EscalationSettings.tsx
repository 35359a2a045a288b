import { deletePolicy, type EscalationPolicy, listPolicies, orderPolicies, savePolicy } from '@alongside/contracts';
import { AlertDialog, Button, EmptyState, ErrorState, Skeleton, useToast } from '@alongside/ui';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange, useRoute } from '../data/queries.ts';
import styles from './EscalationSettings.module.css';
import { HookList } from './HookList.tsx';
import { PolicyCard } from './PolicyCard.tsx';
import { PolicyEditor } from './PolicyEditor.tsx';
import { TestPage } from './TestPage.tsx';

/** Who is paged for which tickets, in which order; the webhooks that are called; a test of one's own ways. */
export function EscalationSettings() {
  const { t } = useTranslation('oncall');
  const toast = useToast();
  const policies = useRoute(listPolicies, {});
  const save = useChange(savePolicy, [listPolicies]);
  const order = useChange(orderPolicies, [listPolicies]);
  const remove = useChange(deletePolicy, [listPolicies]);
  const [editing, setEditing] = useState<EscalationPolicy | 'new' | null>(null);
  const [removing, setRemoving] = useState<EscalationPolicy | null>(null);
  const onError = (error: { message: string; issues?: readonly { message: string }[] }) =>
    toast.show({ tone: 'error', message: error.issues?.[0]?.message ?? error.message });
  if (policies.isPending) return <Skeleton lines={4} height="4rem" width="100%" />;
  if (policies.isLoadingError)
    return <ErrorState compact message={policies.error.message} onRetry={() => void policies.refetch()} />;
  const { policies: all, mayEdit } = policies.data;

  const move = (index: number, by: -1 | 1) => {
    const ids = all.map(({ id }) => id);
    const [id] = ids.splice(index, 1);
    if (id) ids.splice(index + by, 0, id);
    order.mutate({ body: { ids } }, { onError });
  };
  const add = mayEdit ? (
    <Button variant="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setEditing('new')}>
      {t('policy.add')}
    </Button>
  ) : null;

  return (
    <div className={styles.column}>
      <section className={styles.section} aria-labelledby="policies">
        <div className={styles.head}>
          <div>
            <h3 id="policies" className={styles.heading}>
              {t('policy.title')}
            </h3>
            <p className={styles.muted}>{t('policy.lead')}</p>
          </div>
          {add}
        </div>
        {all.length === 0 ? (
          <EmptyState compact picture="people" title={t('policy.none')}>
            {t('policy.noneHint')}
          </EmptyState>
        ) : (
          <ol className={styles.cards}>
            {all.map((policy, index) => (
              <PolicyCard
                key={policy.id}
                policy={policy}
                index={index}
                count={all.length}
                mayEdit={mayEdit}
                onEdit={() => setEditing(policy)}
                onMove={(by) => move(index, by)}
                onRemove={() => setRemoving(policy)}
                onEnable={(enabled) =>
                  save.mutate({ params: { id: policy.id }, body: { content: policy.content, enabled } }, { onError })
                }
              />
            ))}
          </ol>
        )}
      </section>
      <HookList mayEdit={mayEdit} />
      <TestPage />
      {editing === null ? null : (
        <PolicyEditor policy={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
      )}
      <AlertDialog
        open={removing !== null}
        title={t('policy.removeTitle', { name: removing?.content.name })}
        description={t('policy.removeHint')}
        confirmLabel={t('policy.remove')}
        busy={remove.isPending}
        onCancel={() => setRemoving(null)}
        onConfirm={() => {
          if (removing) remove.mutate({ params: { id: removing.id } }, { onError, onSettled: () => setRemoving(null) });
        }}
      />
    </div>
  );
}

import { toApiError } from '@alongside/client';
import {
  createStaff,
  listStaff,
  PASSWORD_MIN_LENGTH,
  STAFF_ROLES,
  type StaffMember,
  type StaffRole,
  updateStaff,
} from '@alongside/contracts';
import {
  AlertDialog,
  Avatar,
  Badge,
  Button,
  Dialog,
  ErrorState,
  Select,
  Skeleton,
  Tabs,
  TextField,
  useLocale,
  useToast,
} from '@alongside/ui';
import { Plus } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange, useRoute } from '../data/queries.ts';
import rows from '../desk/Rows.module.css';
import { TeamSkills } from '../routing/TeamSkills.tsx';
import { Form } from '../session/Form.tsx';
import { isAdministrator, useSession } from '../session/session.ts';
import { ActionRow } from './ActionRow.tsx';
import styles from './TeamSettings.module.css';

/** Who works here and what they may do, and who of them knows what. Leads see what they may see. */
export function TeamSettings() {
  const { t } = useTranslation('console');
  const { me } = useSession();
  const [face, setFace] = useState<'members' | 'skills'>('members');
  if (!isAdministrator(me)) return <TeamSkills />;
  return (
    <Tabs
      label={t('routing:team.tabs')}
      value={face}
      onChange={setFace}
      tabs={[
        { value: 'members', label: t('routing:team.members'), panel: <Members /> },
        {
          value: 'skills',
          label: t('routing:team.skills'),
          panel: (
            <div className={styles.panel}>
              <TeamSkills />
            </div>
          ),
        },
      ]}
    />
  );
}

function Members() {
  const { t } = useTranslation('console');
  const { locale } = useLocale();
  const { me } = useSession();
  const toast = useToast();
  const staff = useRoute(listStaff, {});
  const update = useChange(updateStaff, [listStaff]);
  const [adding, setAdding] = useState(false);
  const [disabling, setDisabling] = useState<StaffMember | null>(null);
  const report = (thrown: unknown) => toast.show({ tone: 'error', message: toApiError(thrown, locale).message });
  const roles = STAFF_ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }));
  if (staff.isPending) return <Skeleton lines={4} height="2.25rem" width="100%" />;
  if (staff.isError) return <ErrorState compact message={staff.error.message} onRetry={() => void staff.refetch()} />;
  return (
    <div className={styles.panel}>
      <ActionRow>
        <Button variant="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setAdding(true)}>
          {t('settings.team.add')}
        </Button>
      </ActionRow>
      <ul className={rows.rows}>
        {staff.data.staff.map((member) => (
          <li key={member.id} className={rows.row}>
            <Avatar id={member.id} name={member.name} kind="staff" size={32} />
            <span className={rows.main}>
              <span className={rows.name}>{member.name}</span>
              <span className={rows.sub}>{member.email}</span>
            </span>
            {member.disabled ? <Badge>{t('settings.team.disabled')}</Badge> : null}
            <Select<StaffRole>
              variant="inline"
              hideLabel
              label={t('settings.team.roleOf', { name: member.name })}
              value={member.role}
              options={roles}
              onChange={(role) => update.mutate({ params: { id: member.id }, body: { role } }, { onError: report })}
            />
            {member.id === me.id ? null : member.disabled ? (
              <Button
                size="sm"
                onClick={() =>
                  update.mutate({ params: { id: member.id }, body: { disabled: false } }, { onError: report })
                }
              >
                {t('settings.team.enable')}
              </Button>
            ) : (
              <Button size="sm" variant="quiet" onClick={() => setDisabling(member)}>
                {t('settings.team.disable')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <AddMember open={adding} onClose={() => setAdding(false)} />
      <AlertDialog
        open={disabling !== null}
        title={t('settings.team.disableTitle', { name: disabling?.name })}
        description={t('settings.team.disableHint')}
        confirmLabel={t('settings.team.disable')}
        busy={update.isPending}
        onCancel={() => setDisabling(null)}
        onConfirm={() => {
          if (!disabling) return;
          update.mutate(
            { params: { id: disabling.id }, body: { disabled: true } },
            { onError: report, onSettled: () => setDisabling(null) },
          );
        }}
      />
    </div>
  );
}

function AddMember({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('console');
  const formId = useId();
  const create = useChange(createStaff, [listStaff]);
  const [values, setValues] = useState({ name: '', email: '', password: '' });
  const [role, setRole] = useState<StaffRole>('engineer');
  const field = (name: keyof typeof values) => ({
    value: values[name],
    error: fieldError(create.error, name),
    onChange: (event: { target: { value: string } }) => setValues({ ...values, [name]: event.target.value }),
  });
  return (
    <Dialog
      open={open}
      onClose={onClose}
      size="sm"
      title={t('settings.team.add')}
      actions={
        <>
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" busy={create.isPending}>
            {t('customers.add')}
          </Button>
        </>
      }
    >
      <Form
        id={formId}
        error={formError(create.error, ['name', 'email', 'password'])}
        onSubmit={() =>
          create.mutate(
            { body: { ...values, role } },
            {
              onSuccess: () => {
                setValues({ name: '', email: '', password: '' });
                onClose();
              },
            },
          )
        }
      >
        <TextField label={t('field.name')} autoComplete="off" {...field('name')} />
        <TextField label={t('field.email')} type="email" autoComplete="off" {...field('email')} />
        <TextField
          label={t('settings.team.firstPassword')}
          hint={t('field.passwordHint', { count: PASSWORD_MIN_LENGTH })}
          autoComplete="new-password"
          {...field('password')}
        />
        <Select
          label={t('settings.team.role')}
          value={role}
          options={STAFF_ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
          onChange={setRole}
        />
      </Form>
    </Dialog>
  );
}

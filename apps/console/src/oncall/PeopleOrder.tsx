import type { StaffMember } from '@alongside/contracts';
import { Avatar, IconButton, Select, usePersonName } from '@alongside/ui';
import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import fields from './Fields.module.css';
import styles from './PeopleOrder.module.css';

/** Who takes turns, in their order; one may come more than once. */
export function PeopleOrder({
  people,
  staff,
  error,
  onChange,
}: {
  people: readonly string[];
  staff: readonly StaffMember[];
  error: string | null;
  onChange: (people: string[]) => void;
}) {
  const { t } = useTranslation('oncall');
  const nameOf = usePersonName();
  const name = (id: string) => nameOf(staff.find((member) => member.id === id)?.name ?? '');
  const move = (index: number, by: -1 | 1) => {
    const next = [...people];
    const [person] = next.splice(index, 1);
    if (person) next.splice(index + by, 0, person);
    onChange(next);
  };
  return (
    <div className={fields.group}>
      <span className={fields.label}>{t('layer.people')}</span>
      <ol className={styles.list}>
        {people.map((id, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one person may stand in several places
          <li key={`${id} ${index}`} className={styles.row}>
            <span className={styles.place}>{index + 1}</span>
            <Avatar id={id} name={staff.find((member) => member.id === id)?.name ?? ''} kind="staff" size={24} />
            <span className={styles.name}>{name(id)}</span>
            <IconButton
              size="sm"
              label={t('layer.personUp', { name: name(id) })}
              icon={<ArrowUp size={15} aria-hidden />}
              disabled={index === 0}
              onClick={() => move(index, -1)}
              tooltip={false}
            />
            <IconButton
              size="sm"
              label={t('layer.personDown', { name: name(id) })}
              icon={<ArrowDown size={15} aria-hidden />}
              disabled={index === people.length - 1}
              onClick={() => move(index, 1)}
              tooltip={false}
            />
            <IconButton
              size="sm"
              label={t('layer.personRemove', { name: name(id) })}
              icon={<X size={15} aria-hidden />}
              disabled={people.length === 1}
              onClick={() => onChange(people.filter((_, at) => at !== index))}
              tooltip={false}
            />
          </li>
        ))}
      </ol>
      <Select
        hideLabel
        label={t('layer.addPerson')}
        placeholder={t('layer.addPerson')}
        value={null}
        options={staff
          .filter(({ disabled }) => !disabled)
          .map((member) => ({ value: member.id, label: nameOf(member.name) }))}
        onChange={(id) => onChange([...people, id])}
      />
      {error ? (
        <p className={fields.error} role="alert">
          {error}
        </p>
      ) : null}
    </div>
  );
}

import { listContacts } from '@alongside/contracts';
import { Skeleton, TextField, usePersonName } from '@alongside/ui';
import { Search } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import styles from './ContractSection.module.css';

/** Those of an organisation who may raise P0 and P1, where the plan asks for it. */
export function NamedContacts({
  organisationId,
  named,
  chosen,
  hint,
  error,
  onChange,
}: {
  organisationId: string;
  /** Those named until now: shown whether the search finds them or not. */
  named: readonly { id: string; name: string }[];
  chosen: readonly string[];
  hint: string;
  error: string | null;
  onChange: (ids: readonly string[]) => void;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'contract' });
  const nameOf = usePersonName();
  const [text, setText] = useState('');
  const search = useDeferredValue(text.trim());
  const found = useRoute(
    listContacts,
    { query: { organisationId, anonymous: 'exclude', ...(search === '' ? {} : { search }) } },
    { keepPrevious: true },
  );
  const contacts = found.data?.contacts ?? [];
  const others = search === '' ? named.filter(({ id }) => !contacts.some((contact) => contact.id === id)) : [];
  const people = [...others.map((one) => ({ ...one, email: null })), ...contacts];
  const isLong = found.data?.next != null || text !== '';
  return (
    <fieldset className={styles.people}>
      <legend className={styles.legend}>{t('namedContacts')}</legend>
      <p className={styles.hint}>{hint}</p>
      {isLong ? (
        <TextField
          label={t('searchPeople')}
          hideLabel
          type="search"
          icon={<Search size={15} aria-hidden />}
          placeholder={t('searchPeople')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      ) : null}
      {found.data === undefined ? (
        <Skeleton lines={2} />
      ) : people.length === 0 ? (
        <p className={styles.hint}>{t('nobodyThere')}</p>
      ) : (
        <div className={styles.list}>
          {people.map(({ id, name, email }) => (
            <label key={id} className={styles.person}>
              <input
                type="checkbox"
                checked={chosen.includes(id)}
                onChange={(event) =>
                  onChange(event.target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))
                }
              />
              <span>{nameOf(name)}</span>
              <span className={styles.email}>{email}</span>
            </label>
          ))}
        </div>
      )}
      {error ? (
        <p className={styles.error} role="alert">
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}

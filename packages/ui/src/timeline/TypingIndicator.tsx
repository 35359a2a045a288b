import type { TypingPerson } from '@alongside/client';
import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import { usePersonName } from '../people/person-name.ts';
import styles from './TypingIndicator.module.css';

/** Who is writing now; keeps its height so that nothing jumps. */
export function TypingIndicator({ people }: { people: readonly TypingPerson[] }) {
  const { t } = useTranslation('ui');
  const nameOf = usePersonName();
  const [first, second] = people;
  const text = !first
    ? ''
    : !second
      ? t('typing.one', { name: nameOf(first.who.name) })
      : people.length === 2
        ? t('typing.two', { first: nameOf(first.who.name), second: nameOf(second.who.name) })
        : t('typing.many');
  return (
    <p className={styles.line} role="status">
      {first ? (
        <>
          <TypingDots note={people.every((person) => person.visibility === 'internal')} />
          {text}
        </>
      ) : null}
    </p>
  );
}

/** Three dots taking turns. */
export function TypingDots({ note = false }: { note?: boolean }) {
  return (
    <span className={cx(styles.dots, note && styles.note)} aria-hidden>
      <span />
      <span />
      <span />
    </span>
  );
}

import type { EngineerCard as Card, Locale } from '@alongside/contracts';
import { Languages } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { commaList } from '../app/comma-list.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import { Skeleton } from '../base/Skeleton.tsx';
import { Avatar } from './Avatar.tsx';
import styles from './EngineerCard.module.css';
import { inEither, useEngineerCard } from './engineer-card.ts';
import { ownLanguageName } from './language-name.ts';
import { usePersonName } from './person-name.ts';

/** An engineer as customers meet them: face, what they do, what they are good at, what they speak. */
export function EngineerCard({ card }: { card: Card }) {
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const title = inEither(card.title, locale);
  const about = inEither(card.about, locale);
  return (
    <div className={styles.card}>
      <header className={styles.head}>
        <Avatar id={card.id} name={card.name} kind="staff" size={56} photoUrl={card.photoUrl} />
        <span className={styles.who}>
          <strong className={styles.name}>{nameOf(card.name)}</strong>
          <span className={styles.title}>{title || t('engineer.support')}</span>
        </span>
      </header>
      {about ? <p className={styles.about}>{about}</p> : null}
      {card.skills.length > 0 ? (
        <ul className={styles.skills} aria-label={t('engineer.skills')}>
          {card.skills.map((skill) => (
            <li key={skill.en}>{skill[locale]}</li>
          ))}
        </ul>
      ) : null}
      {card.languages.length > 0 ? (
        <p className={styles.languages}>
          <Languages size={15} aria-hidden />
          {t('engineer.speaks', { languages: spoken(card.languages, locale) })}
        </p>
      ) : null}
    </div>
  );
}

/** The card of an engineer one knows by name, fetched when it is shown. */
export function FetchedEngineerCard({ engineerId }: { engineerId: string }) {
  const { card, error } = useEngineerCard(engineerId);
  if (card) return <EngineerCard card={card} />;
  if (error) return <p className={styles.error}>{error.message}</p>;
  return (
    <div className={styles.card} aria-busy>
      <header className={styles.head}>
        <Skeleton width="3.5rem" height="3.5rem" />
        <span className={styles.who}>
          <Skeleton lines={2} width="8rem" />
        </span>
      </header>
      <Skeleton lines={2} />
    </div>
  );
}

/** In one line: what somebody does, is good at and speaks. Empty where they have not said. */
export function useEngineerLine(card: Card | null): string {
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  if (!card) return '';
  const skills = commaList(
    card.skills.map((skill) => skill[locale]),
    locale,
  );
  const languages =
    card.languages.length > 0 ? t('engineer.speaksShort', { languages: spoken(card.languages, locale) }) : '';
  return [inEither(card.title, locale), skills, languages].filter((part) => part !== '').join(' · ');
}

function spoken(languages: readonly string[], locale: Locale): string {
  return commaList([...new Set(languages.map(ownLanguageName))], locale);
}

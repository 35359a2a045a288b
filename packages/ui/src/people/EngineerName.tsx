import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import { Popover } from '../base/Popover.tsx';
import { FetchedEngineerCard } from './EngineerCard.tsx';
import styles from './EngineerName.module.css';
import { inEither, useEngineerCard } from './engineer-card.ts';
import { usePersonName } from './person-name.ts';

/** The name of somebody of the team; pressed, it tells who they are. */
export function EngineerName({ id, name, className }: { id: string; name: string; className?: string }) {
  const { t } = useTranslation('ui');
  const nameOf = usePersonName();
  return (
    <Popover
      label={t('engineer.about', { name: nameOf(name) })}
      trigger={
        <button type="button" className={cx(styles.name, className)}>
          {nameOf(name)}
        </button>
      }
    >
      <FetchedEngineerCard engineerId={id} />
    </Popover>
  );
}

/** What somebody of the team does, in the reader's language; nothing where they have not said. */
export function EngineerTitle({ id, className }: { id: string; className?: string }) {
  const { locale } = useLocale();
  const { card } = useEngineerCard(id);
  const title = card ? inEither(card.title, locale) : '';
  return title ? <span className={className}>{title}</span> : null;
}

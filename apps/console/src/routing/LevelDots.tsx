import { SKILL_LEVEL_MAX } from '@alongside/contracts';
import { cx } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import styles from './LevelDots.module.css';

const LEVELS = Array.from({ length: SKILL_LEVEL_MAX }, (_, index) => index + 1);

/** How well somebody knows something, 1 to 3, as filled dots with a word for who does not see them. */
export function LevelDots({ level }: { level: number }) {
  const { t } = useTranslation('routing');
  return (
    <span className={styles.dots} role="img" aria-label={t(`level.${level}`)} title={t(`level.${level}`)}>
      {LEVELS.map((dot) => (
        <span key={dot} className={cx(styles.dot, dot <= level && styles.full)} />
      ))}
    </span>
  );
}

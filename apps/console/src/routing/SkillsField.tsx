import { SKILL_KINDS, SKILL_LEVEL_MAX, type Skill } from '@alongside/contracts';
import { cx, useLocale } from '@alongside/ui';
import { Minus } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './SkillsField.module.css';

const LEVELS = Array.from({ length: SKILL_LEVEL_MAX + 1 }, (_, level) => level);

/** How well somebody knows each thing the team speaks of. */
export function SkillsField({
  skills,
  levels,
  error,
  onChange,
}: {
  skills: readonly Skill[];
  levels: ReadonlyMap<string, number>;
  error: string | null;
  onChange: (skillId: string, level: number) => void;
}) {
  const { t } = useTranslation('routing');
  const { locale } = useLocale();
  return (
    <div className={styles.kinds}>
      {SKILL_KINDS.map((kind) => {
        const members = skills.filter((skill) => skill.kind === kind);
        if (members.length === 0) return null;
        return (
          <section key={kind} aria-labelledby={`skills-${kind}`}>
            <h3 id={`skills-${kind}`} className={styles.kind}>
              {t(`kind.${kind}`)}
            </h3>
            <div className={styles.skills}>
              {members.map((skill) => (
                <LevelChoice
                  key={skill.id}
                  name={skill.name[locale]}
                  level={levels.get(skill.id) ?? 0}
                  onChange={(level) => onChange(skill.id, level)}
                />
              ))}
            </div>
          </section>
        );
      })}
      {skills.length === 0 ? <p className={styles.none}>{t('profile.noSkills')}</p> : null}
      {error ? (
        <p className={styles.error} role="alert">
          {error}
        </p>
      ) : null}
    </div>
  );
}

/** None, or one of three dots. Native radio buttons: arrow keys move between them. */
function LevelChoice({ name, level, onChange }: { name: string; level: number; onChange: (level: number) => void }) {
  const { t } = useTranslation('routing');
  const group = useId();
  return (
    <fieldset className={styles.skill}>
      <legend className={styles.legend}>{name}</legend>
      <div className={styles.row}>
        <span className={styles.name} aria-hidden>
          {name}
          {level > 0 ? <span className={styles.word}>{t(`level.${level}`)}</span> : null}
        </span>
        <span className={styles.choice}>
          {LEVELS.map((option) => (
            <label key={option} className={styles.option} title={t(`level.${option}`)}>
              <input
                className={styles.input}
                type="radio"
                name={group}
                checked={option === level}
                aria-label={t(`level.${option}`)}
                onChange={() => onChange(option)}
              />
              {option === 0 ? (
                <Minus size={14} aria-hidden className={cx(styles.none, level > 0 && styles.faint)} />
              ) : (
                <span className={cx(styles.dot, option <= level && styles.full)} />
              )}
            </label>
          ))}
        </span>
      </div>
    </fieldset>
  );
}

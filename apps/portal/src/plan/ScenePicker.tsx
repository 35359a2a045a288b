import type { Scene } from '@alongside/contracts';
import { cx } from '@alongside/ui';
import { Ellipsis, Globe, GraduationCap, HeartHandshake, Lightbulb, MoonStar } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './ChoosePlan.module.css';

const ICONS: Record<Scene, typeof Globe> = {
  evening_live_show: MoonStar,
  social_video: HeartHandshake,
  overseas_business: Globe,
  education: GraduationCap,
  smart_hardware: Lightbulb,
  other: Ellipsis,
};

/** What one does with us. Native radio buttons: arrow keys move between them. */
export function ScenePicker({
  scenes,
  value,
  onChange,
}: {
  scenes: readonly Scene[];
  value: Scene | null;
  onChange: (scene: Scene) => void;
}) {
  const { t } = useTranslation('plan', { keyPrefix: 'scene' });
  const name = useId();
  return (
    <fieldset className={styles.scenes}>
      <legend className={styles.heading}>{t('title')}</legend>
      {scenes.map((scene) => {
        const Icon = ICONS[scene];
        return (
          <label key={scene} className={cx(styles.scene, scene === value && styles.on)}>
            <input
              className={styles.input}
              type="radio"
              name={name}
              checked={scene === value}
              onChange={() => onChange(scene)}
            />
            <Icon size={22} aria-hidden />
            <span className={styles.word}>{t(`${scene}.name`)}</span>
            <span className={styles.hint}>{t(`${scene}.hint`)}</span>
          </label>
        );
      })}
    </fieldset>
  );
}

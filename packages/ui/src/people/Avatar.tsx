import type { ActorRef } from '@alongside/contracts';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import { LogoMark } from '../app/Logo.tsx';
import { Tooltip } from '../base/Tooltip.tsx';
import { VisuallyHidden } from '../base/VisuallyHidden.tsx';
import styles from './Avatar.module.css';
import { hueOf, initials } from './initials.ts';
import { usePersonName } from './person-name.ts';

export type AvatarProps = {
  id: string;
  name: string;
  /** px */
  size?: 20 | 24 | 28 | 32 | 40 | 56 | 96;
  /** Set where the name does not stand beside it. */
  labelled?: boolean;
  kind?: ActorRef['kind'];
  anonymous?: boolean;
  /** Shown instead of the initials. */
  photoUrl?: string | null;
};

/** A person's round picture: their photo, or their initials on their own colour. Staff are squared, so that the sides tell apart. */
export function Avatar({ id, name, size = 32, labelled = false, kind = 'customer', anonymous, photoUrl }: AvatarProps) {
  const nameOf = usePersonName();
  const style = { '--hue': hueOf(id), '--size': `${size}px` } as CSSProperties;
  const className = cx(styles.avatar, styles[kind], anonymous && styles.anonymous);
  const sign =
    kind === 'system' ? <LogoMark size={Math.round(size * 0.6)} /> : anonymous ? '·' : initials(nameOf(name));
  // Over the initials: they are there until the photo is, and when it cannot be fetched.
  const photo = photoUrl ? <img className={styles.photo} src={photoUrl} alt="" draggable={false} /> : null;
  return labelled ? (
    <span className={className} style={style} role="img" aria-label={nameOf(name)}>
      {sign}
      {photo}
    </span>
  ) : (
    <span className={className} style={style} aria-hidden>
      {sign}
      {photo}
    </span>
  );
}

/** Who else is here, as overlapping pictures. */
export function PresenceAvatars({ people, max = 4 }: { people: readonly ActorRef[]; max?: number }) {
  const { t } = useTranslation('ui');
  const nameOf = usePersonName();
  if (people.length === 0) return null;
  const rest = people.length - max;
  return (
    <ul className={styles.presence} aria-label={t('presence.label')}>
      {people.slice(0, max).map((person) => (
        <li key={person.id}>
          <Tooltip label={t('presence.viewing', { name: nameOf(person.name) })}>
            <span>
              <Avatar id={person.id} name={person.name} kind={person.kind} size={24} />
              <VisuallyHidden>{nameOf(person.name)}</VisuallyHidden>
            </span>
          </Tooltip>
        </li>
      ))}
      {rest > 0 ? <li className={styles.rest}>+{rest}</li> : null}
    </ul>
  );
}

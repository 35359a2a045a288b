import { IconButton, LogoMark } from '@alongside/ui';
import { ArrowLeft, Maximize2, Minimize2, Minus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './PanelHeader.module.css';

export type PanelHeaderProps = {
  title: string;
  /** Under the title. */
  facts?: ReactNode;
  /** Buttons before the window's own. */
  actions?: ReactNode;
  onBack?: () => void;
  onMinimise?: () => void;
  onEnlarge?: () => void;
  onShrink?: () => void;
  onClose?: () => void;
};

/** The panel's top: where one is, and the ways out. */
export function PanelHeader({
  title,
  facts,
  actions,
  onBack,
  onMinimise,
  onEnlarge,
  onShrink,
  onClose,
}: PanelHeaderProps) {
  const { t } = useTranslation('widget');
  return (
    <header className={styles.header}>
      {onBack ? (
        <IconButton label={t('back')} icon={<ArrowLeft size={20} aria-hidden />} onClick={onBack} />
      ) : (
        <span className={styles.mark}>
          <LogoMark size={24} />
        </span>
      )}
      <div className={styles.texts}>
        <h1 className={styles.title} tabIndex={-1} data-heading>
          {title}
        </h1>
        {facts ? <div className={styles.facts}>{facts}</div> : null}
      </div>
      {actions}
      {onEnlarge ? (
        <IconButton label={t('enlarge')} icon={<Maximize2 size={18} aria-hidden />} onClick={onEnlarge} />
      ) : null}
      {onShrink ? (
        <IconButton label={t('shrink')} icon={<Minimize2 size={18} aria-hidden />} onClick={onShrink} />
      ) : null}
      {onMinimise ? (
        <IconButton label={t('minimise')} icon={<Minus size={20} aria-hidden />} onClick={onMinimise} />
      ) : null}
      {onClose ? <IconButton label={t('close')} icon={<X size={20} aria-hidden />} onClick={onClose} /> : null}
    </header>
  );
}

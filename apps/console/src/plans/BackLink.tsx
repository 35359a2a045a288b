import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import styles from './EditorPart.module.css';

/** From one thing back to all of its kind. */
export function BackLink({ section, label }: { section: 'calendars' | 'plans'; label: string }) {
  return (
    <Link to="/settings/$section" params={{ section }} className={styles.back}>
      <ArrowLeft size={16} aria-hidden />
      {label}
    </Link>
  );
}

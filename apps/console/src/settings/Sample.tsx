import { CodeBlock } from '@alongside/ui';
import styles from './Sample.module.css';

/** Code to copy, with a line that says where it goes. */
export function Sample({ label, text, language }: { label: string; text: string; language?: string }) {
  return (
    <div className={styles.sample}>
      <p>{label}</p>
      <CodeBlock text={text} language={language} />
    </div>
  );
}

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './CodeBlock.module.css';

/** Code as it was written, scrolling sideways on its own, to be copied by one press. */
export function CodeBlock({ text, language = '' }: { text: string; language?: string }) {
  const { t } = useTranslation('ui');
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_800);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <figure className={styles.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre className={styles.code} tabIndex={0}>
        <code>{text}</code>
      </pre>
      <figcaption className={styles.bar}>
        {language ? <span className={styles.language}>{language}</span> : null}
        <button
          type="button"
          className={styles.copy}
          aria-label={t(copied ? 'file.copied' : 'file.copy')}
          title={t(copied ? 'file.copied' : 'file.copy')}
          onClick={() => {
            // Rejected where the page may not use the clipboard: then nothing claims to be copied.
            navigator.clipboard?.writeText(text).then(
              () => setCopied(true),
              () => setCopied(false),
            );
          }}
        >
          {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
        </button>
      </figcaption>
    </figure>
  );
}

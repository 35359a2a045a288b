import type { Rating } from '@alongside/contracts';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import { Button } from '../base/Button.tsx';
import { TextArea } from '../base/TextField.tsx';
import styles from './RatingForm.module.css';

const SCORES = [1, 2, 3, 4, 5] as const;
const COMMENT_MAX_LENGTH = 2_000;

export type RatingFormProps = {
  /** The rating given before. */
  rating: Rating | null;
  /** Rejects with an error whose message is for the person. */
  onRate: (rating: Rating) => Promise<void>;
};

/** One to five with words, and a comment. A rating given can be changed. */
export function RatingForm({ rating, onRate }: RatingFormProps) {
  const { t } = useTranslation('ui', { keyPrefix: 'request' });
  const name = useId();
  const [editing, setEditing] = useState(false);
  const [score, setScore] = useState<number | null>(rating?.score ?? null);
  const [comment, setComment] = useState(rating?.comment ?? '');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  if (rating && !editing) {
    return (
      <div className={styles.done}>
        <p role="status">
          {t('rating.thanks')}
          <span className={styles.yours}>{t('rating.yours', { word: t(`rating.${rating.score}`) })}</span>
        </p>
        <Button size="sm" variant="quiet" onClick={() => setEditing(true)}>
          {t('rating.change')}
        </Button>
      </div>
    );
  }

  async function send(): Promise<void> {
    if (score === null) return;
    setBusy(true);
    setProblem(null);
    try {
      await onRate({ score, comment: comment.trim() });
      setEditing(false);
    } catch (thrown) {
      setProblem((thrown as Error).message);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h2 className={styles.title}>{t('rating.title')}</h2>
      <fieldset className={styles.scores}>
        <legend className={styles.hidden}>{t('rating.score')}</legend>
        {SCORES.map((value) => (
          <label key={value} className={cx(styles.score, value === score && styles.on)}>
            <input
              className={styles.input}
              type="radio"
              name={name}
              value={value}
              checked={value === score}
              onChange={() => setScore(value)}
            />
            <span className={styles.number} aria-hidden>
              {value}
            </span>
            <span className={styles.word}>{t(`rating.${value}`)}</span>
          </label>
        ))}
      </fieldset>
      {score === null ? null : (
        <>
          <TextArea
            label={t('rating.comment')}
            rows={2}
            maxLength={COMMENT_MAX_LENGTH}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
          />
          {problem ? <p role="alert">{problem}</p> : null}
          <Button type="submit" variant="primary" busy={busy}>
            {t('rating.send')}
          </Button>
        </>
      )}
    </form>
  );
}

import type { RecordedBody } from '@alongside/contracts';
import { type ReactNode, useEffect, useState } from 'react';
import { Skeleton } from '../base/Skeleton.tsx';
import type { CauseCardProps } from './CauseCard.tsx';

type Piece = typeof import('./RecordedDiagnosis.tsx').default;

export type DiagnosisEntryProps = {
  body: Extract<RecordedBody, { type: 'diagnosis.recorded' }>;
  /** The ticket's last one: its evidence is open at first. */
  isLast: boolean;
  reply?: CauseCardProps['reply'];
  /** Where the card cannot be loaded. */
  fallback: ReactNode;
};

let loading: Promise<Piece> | null = null;

/** What came of judging a call or a file, in the timeline. The card comes with a chunk of its own. */
export function DiagnosisEntry({ fallback, ...props }: DiagnosisEntryProps) {
  const [piece, setPiece] = useState<{ Card: Piece } | 'loading' | 'failed'>('loading');
  useEffect(() => {
    let isHere = true;
    loading ??= import('./RecordedDiagnosis.tsx').then((module) => module.default);
    loading.then(
      (Card) => isHere && setPiece({ Card }),
      () => {
        // It may be there next time.
        loading = null;
        if (isHere) setPiece('failed');
      },
    );
    return () => {
      isHere = false;
    };
  }, []);
  if (piece === 'failed') return fallback;
  if (piece === 'loading') return props.body.summary.state === 'findings' ? <Skeleton lines={4} /> : null;
  return <piece.Card {...props} />;
}

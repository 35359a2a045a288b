import type { CallController, CallSnapshot, DeviceProblem } from '@alongside/client';
import { TriangleAlert, Volume2, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../base/Button.tsx';
import { IconButton } from '../base/IconButton.tsx';
import { Spinner } from '../base/Spinner.tsx';
import { RecordingNotice } from '../recording/RecordingNotice.tsx';
import type { RecordingModel } from '../recording/use-recording.ts';
import styles from './CallNotices.module.css';
import { useCallText } from './call-text.ts';
import { PermissionHelp } from './PermissionHelp.tsx';

/** What the person should know or do now, above the pictures. */
export function CallNotices({
  call,
  snapshot,
  recording,
}: {
  call: CallController;
  snapshot: CallSnapshot;
  recording: RecordingModel;
}) {
  const t = useCallText();
  const [dismissed, setDismissed] = useState<DeviceProblem | null>(null);
  const [helping, setHelping] = useState<DeviceProblem | null>(null);
  const problems = [snapshot.microphone.problem, snapshot.camera.problem, snapshot.screen.problem];
  // One at a time, the most needed first; that nothing was shared the person knows, having said so.
  const problem = problems.find((one) => one && one !== dismissed && one.reason !== 'cancelled') ?? null;
  const again = (kind: DeviceProblem['kind']) => {
    if (kind === 'microphone') void call.setMicrophone(true);
    else if (kind === 'camera') void call.setCamera(true);
    else void call.setScreen(true);
  };
  return (
    <div className={styles.notices} role="status">
      {snapshot.phase === 'reconnecting' ? (
        <div className={styles.notice}>
          <Spinner size={16} />
          <span>
            <strong>{t('stage.reconnecting')}</strong> {t('stage.reconnectingHint')}
          </span>
        </div>
      ) : null}
      {snapshot.phase === 'live' ? <RecordingNotice recording={recording} /> : null}
      {snapshot.needsGesture ? (
        <div className={styles.notice}>
          <Volume2 size={18} aria-hidden />
          <span>{t('stage.gesture')}</span>
          <Button size="sm" variant="primary" onClick={() => void call.startAudio()}>
            {t('stage.gestureButton')}
          </Button>
        </div>
      ) : null}
      {problem ? (
        <div className={styles.notice}>
          <TriangleAlert size={18} className={styles.warning} aria-hidden />
          <span>{t(`problem.${problem.kind}.${problem.reason}`)}</span>
          <Button size="sm" onClick={() => setHelping(problem)}>
            {t('problem.help')}
          </Button>
          <IconButton
            size="sm"
            label={t('problem.dismiss')}
            icon={<X size={16} aria-hidden />}
            onClick={() => setDismissed(problem)}
          />
        </div>
      ) : null}
      {helping ? (
        <PermissionHelp
          problem={helping}
          onClose={() => setHelping(null)}
          onRetry={() => {
            setHelping(null);
            again(helping.kind);
          }}
        />
      ) : null}
    </div>
  );
}

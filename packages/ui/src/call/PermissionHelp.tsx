import type { DeviceProblem } from '@alongside/client';
import { Button } from '../base/Button.tsx';
import { Dialog } from '../base/Dialog.tsx';
import { useCallText } from './call-text.ts';
import styles from './PermissionHelp.module.css';
import { PermissionPicture } from './PermissionPicture.tsx';

export type PermissionHelpProps = { problem: DeviceProblem; onClose: () => void; onRetry: () => void };

/** Which steps help: the browser's own, or the system's, or those of the device itself. */
export function helpFor(problem: DeviceProblem): string {
  switch (problem.reason) {
    case 'in-use':
    case 'no-device':
    case 'insecure-context':
      return problem.reason;
    case 'gone':
      return 'no-device';
    case 'system-blocked':
      return problem.platform === 'macos' || problem.platform === 'windows' ? problem.platform : 'other';
    default:
      return problem.platform === 'ios' ? 'ios' : problem.browser;
  }
}

const BROWSERS: Record<string, string> = {
  chrome: 'Chrome',
  edge: 'Edge',
  firefox: 'Firefox',
  safari: 'Safari',
  ios: 'Safari (iOS)',
  macos: 'macOS',
  windows: 'Windows',
};

/** Explains why a device does not work and shows, for this very browser, where to click. */
export function PermissionHelp({ problem, onClose, onRetry }: PermissionHelpProps) {
  const t = useCallText();
  const help = helpFor(problem);
  const browser = BROWSERS[help];
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('help.title')}
      description={t(`problem.${problem.kind}.${problem.reason}`)}
      actions={
        <>
          <Button onClick={onClose}>{t('help.close')}</Button>
          <Button variant="primary" onClick={onRetry}>
            {t('help.retry')}
          </Button>
        </>
      }
    >
      <div className={styles.help}>
        {browser ? <PermissionPicture help={help} label={t('help.pictureOf', { browser })} /> : null}
        <ol className={styles.steps}>
          {['1', '2', '3'].map((step) => (
            <li key={step}>{t(`help.${help}.${step}`)}</li>
          ))}
        </ol>
      </div>
    </Dialog>
  );
}

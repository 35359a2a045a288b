import { useCallback, useDeferredValue, useEffect, useState } from 'react';
import { useSelected } from '../app/ClientProvider.tsx';
import { Button } from '../base/Button.tsx';
import { ErrorState } from '../base/EmptyState.tsx';
import { Spinner } from '../base/Spinner.tsx';
import { useToast } from '../base/Toast.tsx';
import styles from './CallScreens.module.css';
import { useCallText } from './call-text.ts';
import type { Screens } from './screens.ts';

let loaded: Screens | null = null;
let loading: Promise<Screens> | null = null;

/** Loads what a call shows: once, when one is in sight. A conversation never pays for it. */
export function loadCallScreens(): Promise<Screens> {
  loading ??= import('./screens.ts').then((screens) => {
    loaded = screens;
    return screens;
  });
  // A chunk that could not be loaded may be there next time.
  loading.catch(() => {
    loading = null;
  });
  return loading;
}

/** @param isWanted loads them when true */
function useCallScreens(isWanted: boolean): { screens: Screens | null; hasFailed: boolean; retry: () => void } {
  const [screens, setScreens] = useState(loaded);
  const [hasFailed, setHasFailed] = useState(false);
  const load = useCallback(() => {
    setHasFailed(false);
    loadCallScreens().then(setScreens, () => setHasFailed(true));
  }, []);
  useEffect(() => {
    if (isWanted && !screens) load();
  }, [isWanted, screens, load]);
  return { screens: screens ?? loaded, hasFailed, retry: load };
}

/** The call itself, see `CallStage.tsx`. Shows nothing while `phase` is idle or preview. */
export function CallStage(props: Parameters<Screens['CallStage']>[0]) {
  const t = useCallText();
  const { call } = props;
  // Put up in pieces that let other work in between: the camera that opens and the server's word wait for the same thread.
  const phase = useDeferredValue(useSelected(call, (now) => now.phase));
  const isShown = phase !== 'idle' && phase !== 'preview';
  const { screens, hasFailed, retry } = useCallScreens(isShown);
  if (!isShown) return null;
  if (screens) return <screens.CallStage {...props} />;
  return (
    <section className={styles.stage} aria-label={t('stage.label')} aria-busy={!hasFailed}>
      {hasFailed ? (
        <>
          <ErrorState message={t('failed.unsupported')} onRetry={retry} />
          <Button onClick={() => (phase === 'ended' || phase === 'failed' ? call.dismiss() : void call.leave())}>
            {t(phase === 'ended' || phase === 'failed' ? 'failed.close' : 'controls.leave')}
          </Button>
        </>
      ) : (
        <Spinner size={28} label={t('stage.joining')} />
      )}
    </section>
  );
}

/** What one sees before entering, see `CallPreview.tsx`. Open while `phase` is preview. */
export function CallPreview(props: Parameters<Screens['CallPreview']>[0]) {
  const t = useCallText();
  const toast = useToast();
  const { call } = props;
  const isOpen = useSelected(call, ({ phase }) => phase === 'preview');
  const { screens, hasFailed } = useCallScreens(isOpen);
  useEffect(() => {
    if (!isOpen || !hasFailed) return;
    // The devices are open already; nobody sees that here.
    call.closePreview();
    toast.show({ tone: 'error', message: t('failed.unsupported') });
  }, [isOpen, hasFailed, call, toast, t]);
  return screens ? <screens.CallPreview {...props} /> : null;
}

import { mayUseMicrophone, toApiError } from '@alongside/client';
import { useClient, useLocale, useToast } from '@alongside/ui';
import { useCallback } from 'react';

/**
 * Into a call that goes on, by one press: with the microphone and without the camera, on the devices of last time. Only who
 * never let this page hear them, or forbade it, sees the preview first.
 */
export function useJoinCall(): (ticketId: string, callId: string) => void {
  const { call } = useClient();
  const { locale } = useLocale();
  const toast = useToast();
  return useCallback(
    (ticketId, callId) => {
      const wants = { microphone: true, camera: false };
      void mayUseMicrophone(call.devices)
        .then((may) => (may ? call.join(ticketId, callId, wants) : call.openPreview(ticketId, callId, wants)))
        .catch((thrown) => toast.show({ tone: 'error', message: toApiError(thrown, locale).message }));
    },
    [call, locale, toast],
  );
}

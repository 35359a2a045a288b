import { activeRecording, agreesTo, askedToAgree, type CallSnapshot, newId } from '@alongside/client';
import { agreeToRecording, askToRecord, type CallRecording, endRecording } from '@alongside/contracts';
import { useMemo, useState } from 'react';
import { useClient } from '../app/ClientProvider.tsx';
import { useToast } from '../base/Toast.tsx';

/** What a call's screen needs to know and do about its recording. */
export type RecordingModel = {
  /** Asked for or going on; null when there is none. */
  active: CallRecording | null;
  /** The last one of this call, however it ended. */
  last: CallRecording | null;
  /** Whether the question is put to this person now. */
  isAsked: boolean;
  /** Names of those in the call who have not answered. */
  waitingFor: string[];
  /** It was this person who asked. */
  isMine: boolean;
  /** Whether this person is of the team. */
  isTeam: boolean;
  busy: boolean;
  ask(): void;
  agree(): void;
  /** Stops, declines or withdraws, whichever it is for this person. */
  end(): void;
};

/** The recording of the call one is in; the same object until something of it changes. */
export function useRecording({ call, participants }: CallSnapshot): RecordingModel {
  const { api } = useClient();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const myId = participants.find((one) => one.isMe)?.personId ?? '';
  return useMemo(() => {
    const active = call ? activeRecording(call) : null;
    const mine = call?.participants.find(({ who }) => who.id === myId)?.who;
    async function tell(request: () => Promise<unknown>): Promise<void> {
      setBusy(true);
      try {
        await request();
      } catch (error) {
        toast.show({ tone: 'error', message: (error as Error).message });
      } finally {
        setBusy(false);
      }
    }
    const params = { id: call?.id ?? '', recordingId: active?.id ?? '' };
    return {
      active,
      last: call?.recordings?.at(-1) ?? null,
      isAsked: active?.state === 'asking' && mine !== undefined && !agreesTo(active, mine),
      waitingFor: call && active ? askedToAgree(call, active).map(({ name }) => name) : [],
      isMine: active?.askedBy.id === myId,
      isTeam: mine?.kind === 'staff',
      busy,
      ask: () => void tell(() => api.call(askToRecord, { params: { id: params.id }, body: { recordingId: newId() } })),
      agree: () => void tell(() => api.call(agreeToRecording, { params, body: {} })),
      end: () => void tell(() => api.call(endRecording, { params, body: {} })),
    };
  }, [call, myId, busy, api, toast]);
}

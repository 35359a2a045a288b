import type { TicketHead } from '@alongside/contracts';
import { useClient, useLastMessageText, usePersonName, useStore } from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isNews } from './is-news.ts';

const STORAGE_KEY = 'alongside.notifications';

/** Whether this browser may show notices outside the page, and the person wants them. */
function isOn(): boolean {
  return (
    'Notification' in window && Notification.permission === 'granted' && localStorage.getItem(STORAGE_KEY) === 'on'
  );
}

/** The person's choice about notices outside the page. The browser asks only after a press, as it should. */
export function useNotificationChoice() {
  const [on, setOn] = useState(isOn);
  const toggle = useCallback(async (): Promise<'on' | 'off' | 'blocked'> => {
    if (isOn()) {
      localStorage.setItem(STORAGE_KEY, 'off');
      setOn(false);
      return 'off';
    }
    const permission = await Notification.requestPermission();
    if (permission !== 'granted') return 'blocked';
    localStorage.setItem(STORAGE_KEY, 'on');
    setOn(true);
    return 'on';
  }, []);
  return { on, possible: 'Notification' in window, toggle };
}

/** Sounds and notices for what customers do while one looks elsewhere. */
export function useNotices(): void {
  const { t } = useTranslation('console');
  const nameOf = usePersonName();
  const textOf = useLastMessageText();
  const navigate = useNavigate();
  const { connection, feed, sound } = useClient();
  const [beganMs] = useState(Date.now);
  const ringing = useStore(feed.ringing);
  const first = ringing[0];
  const callId = first?.call.id ?? null;

  const open = useCallback(
    (number: number) => void navigate({ to: '/views/$view/$number', params: { view: 'all', number: String(number) } }),
    [navigate],
  );

  useEffect(
    () =>
      feed.onTicket((head, before) => {
        if (!isNews(head, before, beganMs + connection.getSnapshot().clockOffsetMs)) return;
        sound.ping();
        show(
          t('notice.message', { name: nameOf(head.contact.name) }),
          (head.lastMessage && textOf(head.lastMessage)) || head.subject,
          head,
          open,
        );
      }),
    [connection, feed, sound, beganMs, t, nameOf, textOf, open],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: one notice for each call, whatever else changes
  useEffect(() => {
    if (first)
      show(t('notice.call', { name: nameOf(first.call.startedBy.name) }), first.ticket.subject, first.ticket, open);
  }, [callId]);
}

function show(title: string, body: string, head: TicketHead, open: (number: number) => void): void {
  if (document.visibilityState === 'visible' && document.hasFocus()) return;
  if (!isOn()) return;
  try {
    const notice = new Notification(title, { body, tag: head.id, icon: undefined });
    notice.onclick = () => {
      window.focus();
      open(head.number);
      notice.close();
    };
  } catch {
    // Android's Chrome allows notices from a service worker only: the sound has to do.
  }
}

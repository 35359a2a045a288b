import { addPushDevice, type PushSubscription as DeviceKeys, getMyPages, listMyPages } from '@alongside/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../data/api.ts';

const WORKER = '/console/push-worker.js';

/** Why push messages cannot be turned on in this browser. */
export type PushObstacle =
  /** The browser has no push messages; on Apple's phones only when the console is on the home screen. */
  | 'unsupported'
  /** The person, or an administrator of the machine, has forbidden notices. */
  | 'blocked'
  /** The browser's maker could not be reached, or refused. */
  | 'refused';

/** Whether this browser takes push messages for the signed-in person, and the way to let it. */
export function usePushDevice(): {
  /** The address this browser is registered under; null when it is not; undefined until that is known. */
  endpoint: string | null | undefined;
  isSupported: boolean;
  /** @param pushKey the server's public key, base64url @returns what stood in the way, or null */
  enable: (pushKey: string) => Promise<PushObstacle | null>;
} {
  const queries = useQueryClient();
  const [endpoint, setEndpoint] = useState<string | null | undefined>(undefined);
  const isSupported = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

  useEffect(() => {
    let isGone = false;
    void ownSubscription().then((subscription) => {
      if (!isGone) setEndpoint(subscription?.endpoint ?? null);
    });
    return () => {
      isGone = true;
    };
  }, []);

  return {
    endpoint,
    isSupported,
    async enable(pushKey) {
      if (!isSupported) return 'unsupported';
      if ((await Notification.requestPermission()) !== 'granted') return 'blocked';
      const keys = await subscribe(pushKey);
      if (keys === null) return 'refused';
      await api.call(addPushDevice, { body: { name: deviceName(), subscription: keys } });
      setEndpoint(keys.endpoint);
      await queries.invalidateQueries({ queryKey: [getMyPages.path] });
      await queries.invalidateQueries({ queryKey: [listMyPages.path] });
      return null;
    },
  };
}

async function ownSubscription(): Promise<PushSubscription | null> {
  try {
    const registration = await navigator.serviceWorker?.getRegistration('/console/');
    return (await registration?.pushManager?.getSubscription()) ?? null;
  } catch {
    // Private windows of some browsers refuse even to say.
    return null;
  }
}

async function subscribe(pushKey: string): Promise<DeviceKeys | null> {
  try {
    const registration = await navigator.serviceWorker.register(WORKER);
    await navigator.serviceWorker.ready;
    const before = await registration.pushManager.getSubscription();
    // One made for another key of the server would take nothing we send.
    if (before && keyOf(before) !== pushKey) await before.unsubscribe();
    const subscription = await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: pushKey,
    });
    const { endpoint, keys } = subscription.toJSON();
    return endpoint && keys?.p256dh && keys.auth ? { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } } : null;
  } catch {
    return null;
  }
}

function keyOf({ options }: PushSubscription): string {
  const bytes = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer(0));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** What a person would call this browser: its maker's name and the system it runs on. */
export function deviceName(userAgent = navigator.userAgent): string {
  const browser =
    [
      ['Edg/', 'Edge'],
      ['OPR/', 'Opera'],
      ['Firefox/', 'Firefox'],
      ['Chrome/', 'Chrome'],
      ['Safari/', 'Safari'],
    ].find(([sign]) => userAgent.includes(sign!))?.[1] ?? 'Browser';
  const system =
    [
      ['Android', 'Android'],
      ['iPhone', 'iPhone'],
      ['iPad', 'iPad'],
      ['Windows', 'Windows'],
      ['Mac OS X', 'macOS'],
      ['Linux', 'Linux'],
    ].find(([sign]) => userAgent.includes(sign!))?.[1] ?? '';
  return system ? `${browser}, ${system}` : browser;
}

/*
 * Shows pages that arrive as push messages, also while no console is open, and acknowledges them by the notice's button.
 * Runs in the browser's background: plain script, no imports; what a message holds is PushMessage in
 * apps/server/src/oncall/push.ts.
 */
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => {
  const message = event.data?.json();
  if (!message) return;
  event.waitUntil(
    self.registration.showNotification(message.title, {
      body: message.body,
      tag: message.tag,
      // A page that climbs or repeats is heard again, though it takes the place of the one before.
      renotify: true,
      requireInteraction: true,
      data: message,
      actions: [
        { action: 'acknowledge', title: message.acknowledge },
        { action: 'open', title: message.open },
      ],
    }),
  );
});

self.addEventListener('notificationclick', (event) => {
  const { notification, action } = event;
  notification.close();
  const { url, token } = notification.data;
  event.waitUntil(action === 'acknowledge' ? acknowledge(token, url) : show(url));
});

// Should it not be heard, the console is opened instead: a page must not look acknowledged when it is not.
async function acknowledge(token, url) {
  try {
    const reply = await fetch('/api/on-call/acknowledgements', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-alongside': '1' },
      body: JSON.stringify({ token }),
    });
    if (reply.ok) return;
  } catch {
    // No connection.
  }
  await show(url);
}

async function show(url) {
  const windows = await self.clients.matchAll({ type: 'window' });
  const open = windows.find((window) => new URL(window.url).pathname.startsWith('/console/'));
  if (!open) return self.clients.openWindow(url);
  await open.focus();
  // A window of an older worker cannot be led anywhere: a new one can.
  return open.navigate(url).catch(() => self.clients.openWindow(url));
}

import type { CheckBrowser } from '@alongside/contracts';
import { thisBrowser } from '../browser.ts';

/** What of this page and browser a call needs, and which of it is not there. */
export function readBrowser(page: typeof globalThis = globalThis): CheckBrowser {
  const { name, label, platformLabel } = thisBrowser();
  const lacks: CheckBrowser['lacks'] = [];
  if (!page.isSecureContext) lacks.push('secure_context');
  if (typeof page.navigator?.mediaDevices?.getUserMedia !== 'function') lacks.push('media_devices');
  if (typeof page.RTCPeerConnection !== 'function') lacks.push('peer_connection');
  if (typeof page.WebSocket !== 'function') lacks.push('web_socket');
  if (typeof page.AudioContext !== 'function') lacks.push('web_audio');
  return { label: label.slice(0, 60), platform: platformLabel.slice(0, 60), name, lacks };
}

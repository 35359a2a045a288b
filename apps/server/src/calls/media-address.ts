import type { MediaAddressReport } from '@alongside/contracts';

const TIMEOUT_MS = 4_000;

/**
 * Asks an address of the media server whether it answers, from here.
 * @param url ws, wss, http or https; one of the configuration's, never a stranger's
 */
export async function checkMediaAddress(url: string): Promise<MediaAddressReport['server']> {
  const address = url.replace(/^ws/, 'http').replace(/\/$/, '');
  try {
    // Without a token: a media server that works refuses it.
    const { status } = await fetch(`${address}/rtc/validate`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'manual',
    });
    return status >= 500 ? { state: 'status', status } : { state: 'ok', status: null };
  } catch (error) {
    return { state: stateOf(error), status: null };
  }
}

function stateOf(error: unknown): Exclude<MediaAddressReport['server']['state'], 'ok' | 'status'> {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  const code = cause?.code ?? '';
  if (name === 'TimeoutError' || /TIMEOUT|ETIMEDOUT/.test(code)) return 'timeout';
  if (/^(ENOTFOUND|EAI_)/.test(code)) return 'dns';
  if (code === 'ECONNREFUSED') return 'refused';
  return /CERT|SELF_SIGNED|UNABLE_TO|TLS|SSL|EPROTO/.test(code) ? 'tls' : 'unreachable';
}

import { type Api, ApiError, type Client, createApi, createClient } from '@alongside/client';
import { getSession, type Locale, type Me, openWidgetSession, type Workspace } from '@alongside/contracts';
import { keep, readKept } from '@alongside/ui';

const TOKEN = 'alongside.widget.token';
const LOCK = 'alongside.widget.session';

/** A session still being opened must not bring back whom the page has been told to forget. */
let isForgotten = false;

export type Session = { client: Client; me: Me; workspace: Workspace };

export type SessionRequest = {
  identity: string | null;
  locale: Locale;
  /** The language of later answers, asked at each request. */
  currentLocale: () => Locale;
  /** The host page's proof was not accepted; the visitor goes on without it. */
  onIdentityRejected: (message: string) => void;
};

/**
 * Begins or continues the visitor's session and makes their client.
 * @throws ApiError when the service cannot be reached or refuses
 */
export async function openSession(request: SessionRequest): Promise<Session> {
  const api = createApi({ baseUrl: '', token: () => readKept(TOKEN, 'browser'), locale: request.currentLocale });
  // Two tabs opened at once would become two visitors.
  const me = await (navigator.locks?.request(LOCK, () => enter(api, request)) ?? enter(api, request));
  const { workspace } = await api.call(getSession, {});
  return { client: createClient({ api, me, uploadMaxBytes: workspace.uploadMaxBytes }), me, workspace };
}

async function enter(api: Api, request: SessionRequest): Promise<Me> {
  const { locale } = request;
  let identity = request.identity ?? undefined;
  let token = readKept(TOKEN, 'browser') ?? undefined;
  for (;;) {
    try {
      const opened = await api.call(openWidgetSession, { body: { identity, token, locale } });
      if (!isForgotten) keep(TOKEN, opened.token, 'browser');
      return opened.me;
    } catch (thrown) {
      const code = thrown instanceof ApiError ? thrown.code : null;
      // Worse than a visitor without a name is a visitor without help.
      if (identity && code === 'identity_rejected') {
        identity = undefined;
        request.onIdentityRejected((thrown as ApiError).message);
      } else if (token && code === 'unauthenticated') {
        token = undefined;
        keep(TOKEN, null, 'browser');
      } else throw thrown;
    }
  }
}

/** Forgets who was here, for as long as this page lives. */
export function forgetSession(): void {
  isForgotten = true;
  keep(TOKEN, null, 'browser');
}

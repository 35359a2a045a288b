import { createApi } from '@alongside/client';
import type { Locale } from '@alongside/contracts';

/** Calls to this page's own server, in the page's language; the session is a cookie. */
export const api = createApi({
  baseUrl: '',
  locale: () => (document.documentElement.lang === 'zh-CN' ? 'zh-CN' : 'en') satisfies Locale,
});

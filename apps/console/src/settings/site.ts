const THIS_MACHINE = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|\/|$)/i;

/**
 * The site a pasted address belongs to, as browsers name it.
 * @param address of any of its pages, or just its name; without a scheme it is taken for https, on this machine for http
 * @returns e.g. `https://app.example.com:8443`; null when it is no address of a site
 */
export function siteOf(address: string): string | null {
  const text = address.trim();
  const hasScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(text);
  const url = URL.parse(hasScheme ? text : `${THIS_MACHINE.test(text) ? 'http' : 'https'}://${text}`);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '') return null;
  const isSite = url.hostname.includes('.') || THIS_MACHINE.test(url.hostname) || hasScheme;
  return isSite ? url.origin : null;
}

/**
 * The one-time token of a sign-in link, `/portal/sign-in#t=TOKEN`. In the fragment, since that part of an address
 * reaches no server and no log.
 * @param hash of the address, with or without its '#'
 */
export function signInToken(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('t');
  return token && token.length >= 10 && token.length <= 200 ? token : null;
}

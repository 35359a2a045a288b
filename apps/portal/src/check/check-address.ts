const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What the address of the check's page says; null for another page. `for` is the request it is run for. */
export type CheckAddress = { checkId: string | null; ask: string | null; ticketId: string | null };

/** @param path of the portal, `/portal/check` or `/portal/check/<id>`, with its query */
export function readCheckAddress({ pathname, search }: Pick<Location, 'pathname' | 'search'>): CheckAddress | null {
  const [, rest = ''] = /^\/portal\/check(?:\/([^/]*))?\/?$/.exec(pathname) ?? [null, null];
  if (rest === null) return null;
  const query = new URLSearchParams(search);
  const id = (text: string | null) => (text !== null && UUID.test(text) ? text : null);
  return { checkId: rest === '' ? null : rest, ask: id(query.get('ask')), ticketId: id(query.get('for')) };
}

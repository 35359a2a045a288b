/**
 * Whether someone writes in the page that shows this one in a frame: `focus()` in here would take their keys away, which
 * the frame's own `activeElement` does not show.
 */
export function isHostInUse(page: Pick<Window, 'parent' | 'document'> = window): boolean {
  return page.parent !== page && !page.document.hasFocus();
}

/** Whether the keys go nowhere, as after the control that had them went: then something may take them. */
export function isKeyboardFree(page: Pick<Window, 'parent' | 'document'> = window): boolean {
  const { activeElement, body } = page.document;
  return (activeElement === null || activeElement === body) && !isHostInUse(page);
}

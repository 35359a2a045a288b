const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is an id of ours in its one spelling, and so safe as a file's name. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

import { FILE_NAME_MAX_LENGTH } from '@alongside/contracts';

// Control characters, and marks that turn the direction of text: with them “gpj.exe” reads as “exe.jpg”.
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is removed
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/**
 * A name as people see it and disks bear it: no path, no control or direction marks, at most 255 code units, never empty.
 * It is shown and offered at download; where the content lies never depends on it.
 */
export function cleanFileName(name: string): string {
  const base = name.split(/[/\\]/).at(-1) ?? '';
  const visible = base
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '')
    .trim();
  if (visible === '' || /^\.+$/.test(visible)) return 'file';
  return shorten(visible);
}

/** Lower case, without the dot; empty when there is none. */
export function extensionOf(name: string): string {
  return /[^.]\.([A-Za-z0-9]{1,12})$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** Cuts in the middle of the name, so that the extension stays. */
function shorten(name: string): string {
  if (name.length <= FILE_NAME_MAX_LENGTH) return name;
  const extension = extensionOf(name);
  const tail = extension === '' ? '' : `.${extension}`;
  const head = name.slice(0, FILE_NAME_MAX_LENGTH - tail.length - 1);
  return `${/[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head}…${tail}`;
}

/**
 * The header that names a download (RFC 6266, RFC 8187): plain ASCII for old programs, the real name for the others.
 */
export function contentDisposition(kind: 'inline' | 'attachment', name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const full = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${full}`;
}

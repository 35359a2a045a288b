const SECRET_KEY =
  /^(authorization|cookie|set-cookie|token|.*token|password|.*password|passphrase|secret|.*secret|api-?key|private-?key|identity|jwt|sdp|ice-?pwd)$/i;
const REPLACEMENT = '[redacted]';
const DEPTH_MAX = 8;

/**
 * A copy of a log entry without secrets: values under telling keys are replaced at any depth, texts are cleaned by `redactText`.
 * @param value plain data: what JSON.parse returns
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  const clean: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    clean[key] = SECRET_KEY.test(key) && item !== null && item !== undefined ? REPLACEMENT : redact(item, depth + 1);
  }
  return clean;
}

/** A text without bearer tokens, JWTs, passwords in addresses, and secret-looking query parameters. */
export function redactText(text: string): string {
  return text
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, `$1 ${REPLACEMENT}`)
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, REPLACEMENT)
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi, `$1:${REPLACEMENT}@`)
    .replace(
      /([?&#](?:[\w-]*token|[\w-]*secret|password|signature|sig|key|code|connection|identity)=)[^&#\s"']+/gi,
      `$1${REPLACEMENT}`,
    );
}

/** Sections looked at: no call has more. */
const MOST_SECTIONS = 100;

type Section = { kind: string; port: number; isInactive: boolean };

/** @returns the m-lines of a description (RFC 8866, section 5.14) */
function sectionsOf(sdp: string): Section[] {
  return sdp
    .split(/^m=/m, MOST_SECTIONS + 1)
    .slice(1)
    .map((section) => {
      const [, kind = '', port = ''] = /^(\w+) (\d+)/.exec(section) ?? [];
      return { kind, port: Number(port), isInactive: /^a=inactive\s*$/m.test(section) };
    });
}

/** @returns the kinds of media that were offered and declined by port 0 (RFC 8829, section 5.3.1) */
export function answeredMedia(offer: string, answer: string): ('audio' | 'video')[] {
  const offered = sectionsOf(offer);
  return sectionsOf(answer).flatMap(({ kind, port }, index) => {
    const asked = offered[index];
    const isDeclined = port === 0 && asked !== undefined && asked.kind === kind && asked.port !== 0;
    return isDeclined && !asked.isInactive && (kind === 'audio' || kind === 'video') ? [kind] : [];
  });
}

/** @returns the name by which connectivity checks ask for this end (RFC 8839, section 5.4); null where none is told */
export const iceUserOf = (sdp: string): string | null => /^a=ice-ufrag:(\S{1,256})/m.exec(sdp)?.[1] ?? null;

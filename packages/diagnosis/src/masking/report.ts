/** What is taken out of a document before it is stored. */
export type SecretKind =
  | 'token'
  | 'api_key'
  | 'password'
  | 'authorization'
  | 'cookie'
  | 'turn_credential'
  | 'private_key'
  | 'ice_credential'
  | 'fingerprint'
  | 'email'
  | 'phone'
  | 'address';

/** What was masked in a document, to be shown to whoever gives it away. */
export type MaskingReport = {
  total: number;
  counts: Partial<Record<SecretKind, number>>;
  /** The first few of each kind. */
  examples: MaskedExample[];
};

/** One masked place, as it reads now. */
export type MaskedExample = {
  kind: SecretKind;
  /** The document with line and column in it, from 1, e.g. `call.zip/app.log:12:31`. */
  place: string;
  /** The masked text with a little of what stands around it. */
  text: string;
};

/** How many places of one kind are shown. */
const EXAMPLES_PER_KIND = 3;
/** Among so many places they are looked for: a hundred alike show nothing. */
const TRIED_PER_KIND = 50;

/** @returns a report of nothing, to be filled by masking */
export const emptyMaskingReport = (): MaskingReport => ({ total: 0, counts: {}, examples: [] });

/** Counts one masked place. @param example asked for only where it will be shown */
export function countMasked(report: MaskingReport, kind: SecretKind, example: () => MaskedExample): void {
  const count = (report.counts[kind] ?? 0) + 1;
  report.counts[kind] = count;
  report.total += 1;
  if (count > TRIED_PER_KIND) return;
  const made = example();
  const alike = report.examples.filter((known) => known.kind === kind);
  if (alike.length < EXAMPLES_PER_KIND && alike.every(({ text }) => text !== made.text)) report.examples.push(made);
}

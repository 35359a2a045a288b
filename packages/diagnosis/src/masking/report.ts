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
  /** The document and the line in it, e.g. `call.zip/app.log, line 12`. */
  place: string;
  /** The masked text with a little of what stands around it. */
  text: string;
};

/** How many places of one kind are shown. */
const EXAMPLES_PER_KIND = 3;

/** @returns a report of nothing, to be filled by masking */
export const emptyMaskingReport = (): MaskingReport => ({ total: 0, counts: {}, examples: [] });

/** Counts one masked place. @param example asked for only where it will be shown */
export function countMasked(report: MaskingReport, kind: SecretKind, example: () => MaskedExample): void {
  const count = (report.counts[kind] ?? 0) + 1;
  report.counts[kind] = count;
  report.total += 1;
  if (count <= EXAMPLES_PER_KIND) report.examples.push(example());
}

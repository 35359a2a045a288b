export { type LoggedError, recogniseInLogs } from './known-errors/in-logs.ts';
export {
  type ErrorMark,
  type ErrorMarks,
  errorMarks,
  type RecognisedError,
  recogniseErrors,
} from './known-errors/recognise.ts';
export { type MaskingOptions, maskFile } from './masking/mask-file.ts';
export { emptyMaskingReport, type MaskedExample, type MaskingReport, type SecretKind } from './masking/report.ts';
export * from './model/events.ts';
export * from './model/fields.ts';
export * from './model/series.ts';
export * from './model/session.ts';
export { SessionBuilder } from './model/session-builder.ts';
export * from './quality/e-model.ts';
export * from './quality/session-quality.ts';
export { type JoinedDocument, joinSessions } from './readers/join-sessions.ts';
export * from './readers/read-error.ts';
export { type ReadDocument, type ReadingOptions, readSessions } from './readers/read-sessions.ts';
export * from './rules/finding.ts';
export { RULES } from './rules/index.ts';
export type { Rule } from './rules/rule.ts';
export * from './stats/echo.ts';
export { StatsIngest } from './stats/ingest.ts';
export * from './stats/picture.ts';
export * from './stats/sound.ts';
export * from './verdict/lanes.ts';
export * from './verdict/report.ts';
export * from './verdict/verdict.ts';
export { checkRows, type RowsProblem } from './wire/check-rows.ts';
export { type DecodeOptions, decodeRows, withoutAddresses } from './wire/decode-rows.ts';
export { type EncodedRows, encodeRows } from './wire/encode-rows.ts';
export * from './wire/sample-rows.ts';
export { isMeasure } from './wire/steps.ts';
export * from './words/words.ts';

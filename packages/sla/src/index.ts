export * from './business-time.ts';
export * from './calendar.ts';
export { SlaInputError, type SlaIssue } from './input.ts';

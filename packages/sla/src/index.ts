export * from './attainment.ts';
export * from './business-time.ts';
export * from './calendar.ts';
export * from './clock/events.ts';
export * from './clock/state.ts';
export * from './holidays/holiday.ts';
export { SlaInputError, type SlaIssue } from './input.ts';
export * from './rotation/rotation.ts';

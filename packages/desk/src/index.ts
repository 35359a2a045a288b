export * from './escalation.ts';
export * from './message-preview.ts';
export * from './queue.ts';
export * from './reader.ts';
export * from './rights.ts';
export * from './ticket-fold.ts';
export * from './ticket-state.ts';

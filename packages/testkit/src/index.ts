export * from './accessibility.ts';
export * from './chromium.ts';
export * from './running-server.ts';
export * from './until.ts';

export * from './accessibility.ts';
export * from './call-page.ts';
export * from './chromium.ts';
export * from './firefox.ts';
export * from './livekit-server.ts';
export * from './network-lab.ts';
export * from './running-server.ts';
export * from './until.ts';

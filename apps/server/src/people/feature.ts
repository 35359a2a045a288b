import { z } from 'zod';
import { serverSecret } from '../platform/database/secrets.ts';
import type { Feature } from '../platform/platform.ts';
import { createKnownDevices } from './known-devices.ts';
import { watchSessions } from './live.ts';
import { createPasswords } from './passwords.ts';
import { loadWidgetOrigins } from './queries.ts';
import { registerPeopleRoutes } from './routes.ts';
import { deleteExpiredSessions } from './session.actions.ts';

const expireQueue = { name: 'people.delete-expired', payload: z.strictObject({}) };

/** The team, the workspace, sessions. */
export const peopleFeature: Feature = {
  name: 'people',
  async register(platform) {
    const { app, db, patientDb, jobs, config, embedding } = platform;
    app.decorate('knownDevices', createKnownDevices(await serverSecret(db, 'known-devices')));
    registerPeopleRoutes(platform, createPasswords());
    embedding.list = async () => [...new Set([...(config.widgetOrigins ?? []), ...(await loadWidgetOrigins(db))])];
    jobs.handle(expireQueue, async () => void (await deleteExpiredSessions(patientDb)));
    jobs.schedule(expireQueue, '41 3 * * *', {});
    platform.onStop(watchSessions(platform));
  },
};

import { WebhookReceiver } from 'livekit-server-sdk';
import type { Feature } from '../platform/platform.ts';
import type { CallsDeps } from './actions.ts';
import { callsUsed } from './entitlement.queries.ts';
import { createMediaEvents } from './events.ts';
import { registerCallJobs, watchCalls } from './jobs.ts';
import type { Media, MediaEvent } from './media.ts';
import { type LookIntoRoom, type OpenMediaServer, openMediaServer } from './media-server.ts';
import { registerMetrics } from './metrics.ts';
import { resumeCalls } from './reconcile.actions.ts';
import type { Recorder } from './recorder.ts';
import { registerCallRoutes } from './routes.ts';
import { createWebhookDoor } from './webhook.ts';

/** All is there once the feature is registered; `recorder` and `roomView` are null where the media server is elsewhere. */
export type CallsFeature = Feature & {
  recorder(): Recorder | null;
  media(): Media;
  roomView(): LookIntoRoom | null;
};

/**
 * Calls: their rows and events, ringing, and the media server behind them.
 * @param now for tests
 */
export function createCallsFeature(
  open: OpenMediaServer = openMediaServer,
  now: () => Date = () => new Date(),
): CallsFeature {
  let deps: CallsDeps;
  let recorder: Recorder | null = null;
  let roomView: LookIntoRoom | null = null;
  return {
    name: 'calls',
    recorder: () => recorder,
    roomView: () => roomView,
    media: () => deps.media,
    async register(platform) {
      const { app, db, log, jobs, doors } = platform;
      let take: (event: MediaEvent) => Promise<void> = async () => {};
      const opened = await open(platform, (event) => take(event));
      deps = { db, log, jobs, now, media: opened.media };
      recorder = opened.recorder;
      roomView = opened.roomView;
      take = createMediaEvents(deps);
      doors.push(createWebhookDoor(new WebhookReceiver(opened.apiKey, opened.apiSecret), take, log));
      app.planProviders.callsUsed = callsUsed;
      registerCallRoutes(app, deps, platform.config.mediaDirect ? { stunUrls: platform.config.stunUrls ?? [] } : null);
      registerMetrics(app, platform.config.metricsToken, opened.metrics);
      registerCallJobs(jobs, deps);
      // Not with the other parts: these wait until the port is closed, and that waits for the calls' connections.
      app.addHook('preClose', () => opened.close());
    },
    async started(platform) {
      await resumeCalls(deps);
      platform.onStop(watchCalls(deps));
      return [];
    },
  };
}

export const callsFeature: CallsFeature = createCallsFeature();

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createMediaServer, EXPOSITION_TYPE, type MediaServer, type RoomView } from '@alongside/sfu';
import type { Config } from '../platform/config/settings.ts';
import { serverSecret } from '../platform/database/secrets.ts';
import { createClientAddress } from '../platform/http/client-address.ts';
import type { Platform } from '../platform/platform.ts';
import { createMedia, type Media, type MediaEvent, readMediaEvent } from './media.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { turnOptions } from './turn-options.ts';

/** A media server as the feature uses it. */
export type OpenMedia = {
  media: Media;
  /** With what it signs its reports. */
  apiKey: string;
  apiSecret: string;
  /** Figures for an operator's monitoring; null when they are the business of a media server elsewhere. */
  metrics: (() => Promise<{ type: string; text: string }>) | null;
  /** Null where the media server is elsewhere or not up. */
  recorder: Recorder | null;
  /** What the engine sees of a call's streams; null where the media server is elsewhere or not up. */
  roomView: LookIntoRoom | null;
  close(): Promise<void>;
};

/** @returns undefined where nobody is in the call */
export type LookIntoRoom = (callId: string) => Promise<RoomView | undefined>;

/** @param take what the media server reports in process; one elsewhere posts its reports */
export type OpenMediaServer = (platform: Platform, take: (event: MediaEvent) => Promise<void>) => Promise<OpenMedia>;

const CHECK_MS = 10_000;
const CHECK_TIMEOUT_MS = 3_000;

/** The LiveKit server or cluster the configuration names, or our own in this process. */
export const openMediaServer: OpenMediaServer = (platform, take) =>
  platform.config.livekitUrl === undefined ? openEmbedded(platform, take) : openLiveKit(platform);

async function openLiveKit({ config, log, health }: Platform): Promise<OpenMedia> {
  const apiKey = config.livekitApiKey!;
  const apiSecret = config.livekitApiSecret!;
  const backupUrls = backupUrlsOf(config);
  const url = signalUrl(config.livekitUrl!);
  const serviceUrls = [url, ...backupUrls].map((one) => one.replace(/^ws/, 'http'));
  /** The first address that answered last time; null when none did. */
  let serviceUrl: string | null = serviceUrls[0]!;
  async function check(): Promise<void> {
    const answering = await Promise.all(
      serviceUrls.map((one) =>
        fetch(one, { signal: AbortSignal.timeout(CHECK_TIMEOUT_MS) }).then(
          (reply) => reply.ok,
          () => false,
        ),
      ),
    );
    const now = serviceUrls.find((_, i) => answering[i]) ?? null;
    if (now !== serviceUrl)
      log[now ? 'info' : 'error'](
        { host: now && new URL(now).host },
        now ? 'the media server answers here' : 'the media server does not answer',
      );
    serviceUrl = now;
  }
  await check();
  const timer = setInterval(() => void check(), CHECK_MS);
  timer.unref();
  health.add('media', () => serviceUrl !== null);
  const media = createMedia({
    apiKey,
    apiSecret,
    isUp: () => serviceUrl !== null,
    serviceUrl: () => serviceUrl,
    urlFor: () => url,
    isOwn: false,
    backupUrls,
  });
  return {
    media,
    apiKey,
    apiSecret,
    metrics: null,
    recorder: null,
    roomView: null,
    close: async () => clearInterval(timer),
  };
}

/**
 * Our own media server, in threads of this process. Where it cannot start, its port being taken for example, everything
 * but calls works.
 */
async function openEmbedded(platform: Platform, take: (event: MediaEvent) => Promise<void>): Promise<OpenMedia> {
  const { config, log, db, doors, health } = platform;
  const apiKey = config.livekitApiKey ?? 'alongside';
  const apiSecret = config.livekitApiSecret ?? (await serverSecret(db, 'media-api')).toString('base64url');
  const recordingFolder = join(config.dataDir, 'recordings');
  let recorder: ReturnType<typeof createRecorder> | null = null;
  const server = await createMediaServer({
    recordingFolder,
    ...mediaOptions(config),
    keys: { [apiKey]: apiSecret },
    log: (level, message, fields) => log[level](fields, message),
    onEvent(event) {
      recorder?.onEvent(event);
      const ours = readMediaEvent(event);
      if (ours)
        take(ours).catch((error) => log.error({ err: error }, 'a report of the media server could not be taken'));
    },
  }).catch((error: Error) => {
    log.error({ err: error }, 'the media server could not start; there will be no calls');
    return null;
  });
  const service = server && (await openService(server));
  if (server)
    doors.push({
      // SDKs make doubled slashes out of addresses that end in one.
      matches: (path) => /^\/+(rtc|twirp|agent)(\/|$)/.test(path),
      handleRequest: (request, response) => void server.handleRequest(request, response),
      handleUpgrade: (request, socket, head) => void server.handleUpgrade(request, socket, head),
      handleStream: (socket) => server.handleTurn(socket),
    });
  recorder = server && createRecorder(server, recordingFolder);
  health.add('media', () => server !== null);
  const media = createMedia({
    apiKey,
    apiSecret,
    isUp: () => server !== null,
    serviceUrl: () => service?.url ?? null,
    urlFor: (origin) => origin.replace(/^http/, 'ws'),
    isOwn: true,
    backupUrls: backupUrlsOf(config),
  });
  return {
    recorder,
    roomView: server && ((callId) => server.roomView(callId)),
    media,
    apiKey,
    apiSecret,
    metrics: server && (async () => ({ type: EXPOSITION_TYPE, text: await server.metrics() })),
    async close() {
      // We may be back within the half minute that clients go on trying.
      await server?.drain(0);
      await service?.close();
    },
  };
}

function backupUrlsOf({ mediaBackupUrls = [] }: Config): string[] {
  return mediaBackupUrls.map(signalUrl);
}

/** As LiveKit clients take it. */
function signalUrl(url: string): string {
  return new URL(url).href.replace(/^http/, 'ws').replace(/\/$/, '');
}

function mediaOptions(config: Config) {
  const processors = Math.max(1, availableParallelism() - 1);
  return {
    workers: config.mediaWorkers === 0 ? processors : config.mediaWorkers,
    udpPort: config.mediaUdpPort,
    tcpPort: config.mediaTcpPort,
    addressOf: createClientAddress(config.trustedProxies),
    limits: {
      maxRooms: config.mediaMaxRooms,
      maxParticipantsPerRoom: config.mediaMaxParticipants,
      maxTracksPerParticipant: config.mediaMaxTracks,
      maxPublishBps: config.mediaMaxPublishKbps * 1_000,
      maxSignalMessagesPerS: config.mediaMaxSignalRate,
      maxDataPacketsPerS: config.mediaMaxDataRate,
      maxJoinsPerAddressPerS: config.mediaMaxJoinRate * config.rateLimitScale,
    },
    ...(config.mediaAddresses ? { announcedAddresses: config.mediaAddresses } : {}),
    ...turnOptions(config),
  };
}

/** The service API on a loopback port of its own: independent of certificates, proxies and the moment we begin to listen. */
async function openService(server: MediaServer): Promise<{ url: string; close(): Promise<void> }> {
  const http = createServer((request, response) => {
    if (!server.handleRequest(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => http.once('error', reject).listen(0, '127.0.0.1', resolve));
  http.unref();
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

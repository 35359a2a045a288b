import { join } from 'node:path';
import type { DbOrTrx } from '../platform/database/database.ts';
import { serverSecret } from '../platform/database/secrets.ts';
import type { Feature, Platform } from '../platform/platform.ts';
import type { SeesTickets } from './access.ts';
import { type FilesDeps, forgetUpload, RESERVED_BYTES } from './actions.ts';
import { registerContentRoutes } from './content-routes.ts';
import type { ContentStore } from './content-store.ts';
import { createDiskRoom } from './disk-room.ts';
import { createFullDiskAlarm } from './full-disk.actions.ts';
import { registerFileJobs } from './jobs.ts';
import { createSignedLinks } from './links.ts';
import { createContentStore } from './open-content-store.ts';
import { findFile, findUpload } from './queries.ts';
import { registerFileRoutes } from './routes.ts';
import { createThumbnails } from './thumbnails.ts';
import { registerUploadRoutes } from './upload-routes.ts';
import { UploadStore } from './upload-store.ts';

export type FilesOptions = {
  seesTickets: SeesTickets;
  /** For tests; the configuration decides otherwise. */
  contents?: ContentStore;
  reservedBytes?: number;
  beforeWrite?(bytes: number): void;
  freeBytes?(dir: string): Promise<number>;
  now?(): Date;
};

/** For features that store files of their own making. */
export type FilesFeature = Feature & { deps(): FilesDeps };

export type Files = { deps: FilesDeps; close(): Promise<void> };

/** Uploads, their contents and their addresses. Before the server listens and the jobs start. */
export async function createFiles(
  {
    app,
    db,
    patientDb,
    log,
    config,
    jobs,
    mailer,
  }: Pick<Platform, 'app' | 'db' | 'patientDb' | 'log' | 'config' | 'jobs' | 'mailer'>,
  {
    seesTickets,
    contents,
    reservedBytes = RESERVED_BYTES,
    beforeWrite,
    freeBytes,
    now = () => new Date(),
  }: FilesOptions,
): Promise<Files> {
  const uploadsDir = join(config.dataDir, 'uploads');
  const room = createDiskRoom({ dir: uploadsDir, reservedBytes, freeBytes });
  const deps: FilesDeps = {
    db,
    log,
    now,
    uploadsDir,
    room,
    contents: contents ?? (await createContentStore(config, join(config.dataDir, 'files'))),
    uploads: new UploadStore({
      dir: uploadsDir,
      find: (id) => uploadFacts(db, id),
      findFinished: (id) => finishedFacts(db, id),
      drop: (id) => forgetUpload(db, id),
      room,
      beforeWrite,
    }),
    thumbnails: createThumbnails(),
    tellFull: createFullDiskAlarm(db, mailer, log, now),
    policy: {
      maxBytes: config.uploadMaxBytes,
      refusedTypes: config.uploadTypesRefused ?? [],
      quotas: { visitor: config.uploadQuotaVisitorBytes, customer: config.uploadQuotaCustomerBytes },
    },
  };
  const links = createSignedLinks(await serverSecret(db, 'file-links'));
  registerUploadRoutes(app, deps);
  registerContentRoutes(app, deps, links);
  registerFileRoutes(app, deps, links, seesTickets);
  registerFileJobs(jobs, { ...deps, db: patientDb });
  return {
    deps,
    async close() {
      await deps.thumbnails.close();
      deps.contents.close();
    },
  };
}

/** @param seesTickets who sees the messages that files came with; tickets hand it in, see access.ts */
export function filesFeature(seesTickets: SeesTickets): FilesFeature {
  let files: Files | undefined;
  return {
    name: 'files',
    async register(platform) {
      files = await createFiles(platform, { seesTickets });
      return files.close;
    },
    deps() {
      if (!files) throw new Error('files are not registered yet');
      return files.deps;
    },
  };
}

async function uploadFacts(db: DbOrTrx, id: string) {
  return (await findUpload(db, id)) ?? null;
}

async function finishedFacts(db: DbOrTrx, id: string) {
  const file = await findFile(db, id);
  return file ? { sizeBytes: file.sizeBytes, name: file.name, startedAt: file.uploadedAt } : null;
}

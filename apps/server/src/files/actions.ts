import { randomUUID } from 'node:crypto';
import { mkdir, open, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, type FileRef, type Visibility } from '@alongside/contracts';
import type { Reader } from '@alongside/desk';
import { sql } from 'kysely';
import type { Db, Trx } from '../platform/database/database.ts';
import { readableBytes } from '../platform/http/errors.ts';
import type { Log } from '../platform/log/logger.ts';
import { isUploader } from './access.ts';
import type { ContentStore } from './content-store.ts';
import type { DiskRoom } from './disk-room.ts';
import { flush } from './disk-store.ts';
import { cleanFileName } from './file-name.ts';
import { imageSize } from './image-size.ts';
import { findMediaType, HEAD_BYTES } from './media-type.ts';
import { presentFile } from './present.ts';
import {
  findBlob,
  findFile,
  findFiles,
  findInFlight,
  findStoredBytes,
  findUnclaimedBytes,
  findUpload,
  findUploadIds,
  findUploadsSince,
} from './queries.ts';
import type { UploadRow } from './tables.ts';
import { isDecodable, type Thumbnails } from './thumbnails.ts';
import type { UploadStore } from './upload-store.ts';

/** An upload nobody finishes is given up after this long. */
export const UPLOAD_LIFE_MS = 24 * 3_600_000;
/** A finished file no message came for: drafts live long, but not for ever. */
export const UNCLAIMED_LIFE_MS = 7 * 24 * 3_600_000;
/** So many uploads one person may have on the way. */
export const UPLOADS_MAX = 50;
/** Times the largest allowed file one person may have on the way, in bytes; visitors nobody knows get one, and what no message took counts with them. */
const IN_FLIGHT_FILES = 2;
/** For so long an upload of which nothing comes keeps the room it still needs, ms. Slow lines bring a mebibyte in minutes. */
const RUNNING_MS = 5 * 60_000;
/** The database lives on the same disk: files never take its last room. */
export const RESERVED_BYTES = 256 * 2 ** 20;

export type FilesDeps = {
  db: Db;
  log: Log;
  contents: ContentStore;
  uploads: UploadStore;
  thumbnails: Thumbnails;
  uploadsDir: string;
  room: DiskRoom;
  policy: {
    maxBytes: number;
    refusedTypes: readonly string[];
    /** All files of one person of a customer together, bytes; 0 = as many as there is room for. Staff have no limit. */
    quotas: { visitor: number; customer: number };
  };
  /** Tells whoever can do something about it. */
  tellFull(): Promise<void>;
  now(): Date;
};

export type NewUpload = { id: string; name: string; sizeBytes: number };

/**
 * Allows an upload and remembers whose it is. Beginning one's own again, under way or finished, changes nothing.
 * @throws AppError `file_too_large`, `storage_full`, `file_quota_reached`, `id_conflict`, `rate_limited` when too much
 *   is on the way
 */
export async function beginUpload(
  deps: FilesDeps,
  uploader: { kind: 'staff' | 'customer'; id: string; anonymous?: boolean },
  upload: NewUpload,
): Promise<void> {
  const { maxBytes } = deps.policy;
  if (upload.sizeBytes > maxBytes) throw new AppError('file_too_large', { limit: readableBytes(maxBytes) });
  const isAllowed = await deps.db.transaction().execute(async (trx) => {
    // Several at once must not each see the room the others take.
    await lockFor(trx, `uploads of ${uploader.id}`);
    const known = (await findUpload(trx, upload.id)) ?? (await findFile(trx, upload.id));
    if (known) {
      if (isUploader(uploader, known) && known.sizeBytes === upload.sizeBytes) return true;
      throw new AppError('id_conflict');
    }
    const inFlight = await findInFlight(trx, uploader.id);
    await refuseBeyondQuota(deps, trx, uploader, inFlight.bytes + upload.sizeBytes);
    const bytesMax = maxBytes * (uploader.anonymous ? 1 : IN_FLIGHT_FILES);
    const waitingBytes = uploader.anonymous ? await findUnclaimedBytes(trx, uploader.id) : 0;
    if (inFlight.count >= UPLOADS_MAX || inFlight.bytes + waitingBytes + upload.sizeBytes > bytesMax)
      throw new AppError('rate_limited', { seconds: 60 });
    if (!(await hasRoom(deps, trx, upload.sizeBytes))) return false;
    const inserted = await trx
      .insertInto('upload')
      .values({
        id: upload.id,
        name: cleanFileName(upload.name),
        sizeBytes: upload.sizeBytes,
        uploaderKind: uploader.kind,
        uploaderId: uploader.id,
        startedAt: deps.now(),
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (Number(inserted.numInsertedOrUpdatedRows) === 0) throw new AppError('id_conflict');
    return true;
  });
  if (isAllowed) return;
  await deps.tellFull();
  throw new AppError('storage_full');
}

/** Whether what is free suffices for an upload beside what is still to come of those that run. */
async function hasRoom(deps: FilesDeps, trx: Trx, wantedBytes: number): Promise<boolean> {
  // Of everybody: until this transaction has ended, nobody else counts.
  await lockFor(trx, 'room for uploads');
  const since = new Date(deps.now().getTime() - RUNNING_MS);
  const leftBytes = await deps.room.left();
  const lying = await deps.uploads.list();
  const changing = lying.filter(({ changedAt }) => changedAt > since).map(({ id }) => id);
  const running = await findUploadsSince(trx, since, changing);
  const arrived = new Map(lying.map(({ id, sizeBytes }) => [id, sizeBytes]));
  const toCome = running.reduce((sum, { id, sizeBytes }) => sum + sizeBytes - (arrived.get(id) ?? 0), 0);
  if (wantedBytes <= leftBytes - toCome) return true;
  deps.log.error({ leftBytes, toComeBytes: toCome, wantedBytes }, 'no room for an upload');
  return false;
}

/** What messages took counts as well: a ticket is not a way to fill the disk. */
async function refuseBeyondQuota(
  { policy }: FilesDeps,
  trx: Trx,
  uploader: { kind: 'staff' | 'customer'; id: string; anonymous?: boolean },
  newBytes: number,
): Promise<void> {
  if (uploader.kind === 'staff') return;
  const quota = uploader.anonymous ? policy.quotas.visitor : policy.quotas.customer;
  if (quota === 0 || (await findStoredBytes(trx, uploader.id)) + newBytes <= quota) return;
  throw new AppError('file_quota_reached', { limit: readableBytes(quota) });
}

/**
 * Makes a file of an upload whose last byte has arrived: hashed, typed by its content, stored, known under its id.
 * May be repeated after a crash at any point: it ends the same.
 * @throws AppError `file_type_refused`; the upload is gone then
 */
export async function finishUpload(deps: FilesDeps, id: string): Promise<void> {
  const upload = await findUpload(deps.db, id);
  if (!upload) return;
  const path = deps.uploads.path(id);
  const head = await readHead(path);
  const found = findMediaType(head, upload.name);
  if (deps.policy.refusedTypes.includes(found.mediaType)) {
    await dropUpload(deps, id);
    throw new AppError('file_type_refused');
  }
  await flush(path);
  const sha256 = await deps.uploads.sha256(id, upload.sizeBytes);
  const shown = found.preview === 'image' ? imageSize(head) : null;
  await deps.contents.put(sha256, path, upload.sizeBytes);
  const known = await findBlob(deps.db, sha256);
  const hasThumbnail =
    known?.hasThumbnail ??
    (isDecodable(found.mediaType, upload.sizeBytes, shown) && (await storeThumbnail(deps, path, sha256, shown)));
  await deps.db.transaction().execute(async (trx) => {
    await lockFor(trx, sha256);
    // As it is now: a visitor may have become a customer since. Without a row another request finished it.
    const owned = await trx
      .deleteFrom('upload')
      .where('id', '=', id)
      .returning(['uploaderKind', 'uploaderId', 'name'])
      .executeTakeFirst();
    if (!owned) return;
    // The cleaner may have taken unused content with this hash away in between.
    await deps.contents.put(sha256, path, upload.sizeBytes);
    await trx
      .insertInto('blob')
      .values({
        sha256,
        sizeBytes: upload.sizeBytes,
        width: shown?.width ?? null,
        height: shown?.height ?? null,
        hasThumbnail,
        storedAt: deps.now(),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await trx
      .insertInto('file')
      .values({
        id,
        sha256,
        ...found,
        ...owned,
        ticketId: null,
        messageId: null,
        uploadedAt: deps.now(),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
  await deps.uploads.forget(id);
}

/** Stores bytes the server itself has as a file of this person; the same again changes nothing. */
export async function storeFile(
  deps: FilesDeps,
  owner: { kind: 'staff' | 'customer'; id: string },
  { id, name, content }: { id: string; name: string; content: Uint8Array },
): Promise<void> {
  await beginUpload(deps, owner, { id, name, sizeBytes: content.length });
  if (!(await findUpload(deps.db, id))) return;
  await mkdir(deps.uploadsDir, { recursive: true, mode: 0o700 });
  await writeFile(deps.uploads.path(id), content, { mode: 0o600 });
  await finishUpload(deps, id);
}

/**
 * Keeps an uploaded picture for something that is no message, a profile's photo for one.
 * @returns false when there is no such picture of theirs, or it is one we cannot draw small
 */
export async function keepPicture(trx: Trx, owner: Pick<Reader, 'kind' | 'id'>, id: string): Promise<boolean> {
  const file = await findFile(trx, id);
  if (!file?.hasThumbnail || !isUploader(owner, file)) return false;
  await trx.updateTable('file').set({ kept: true }).where('id', '=', id).execute();
  return true;
}

/** What kept a picture needs it no longer: it goes as files do that no message took. */
export async function letPictureGo(trx: Trx, id: string): Promise<void> {
  await trx.updateTable('file').set({ kept: false }).where('id', '=', id).execute();
}

/** Gives up an upload, or a finished file no message has taken yet. */
export async function dropUpload(deps: FilesDeps, id: string): Promise<void> {
  await deps.db.deleteFrom('upload').where('id', '=', id).execute();
  await deps.db
    .deleteFrom('file')
    .where('id', '=', id)
    .where('messageId', 'is', null)
    .where('kept', '=', false)
    .execute();
  await deps.uploads.forget(id);
}

/**
 * Takes uploaded files into a message, within the transaction that writes it. For the same message again it answers the same.
 * @param claim.reader who sends the message: only their own files can be sent
 * @returns the files in the order asked for
 * @throws AppError `file_missing` when one is not completely there or is another's, `file_sent` when it came with another
 *   message
 */
export async function claimFilesForMessage(
  trx: Trx,
  claim: {
    fileIds: readonly string[];
    reader: Pick<Reader, 'kind' | 'id'>;
    ticketId: string;
    messageId: string;
    visibility: Visibility;
  },
): Promise<FileRef[]> {
  const ids = [...new Set(claim.fileIds.map((id) => id.toLowerCase()))];
  if (ids.length === 0) return [];
  await trx
    .updateTable('file')
    .set({ ticketId: claim.ticketId, messageId: claim.messageId, internal: claim.visibility === 'internal' })
    .where('id', 'in', ids)
    .where('uploaderKind', '=', claim.reader.kind as 'staff' | 'customer')
    .where('uploaderId', '=', claim.reader.id)
    .where('messageId', 'is', null)
    .execute();
  const files = new Map((await findFiles(trx, ids)).map((file) => [file.id, file]));
  return ids.map((id) => {
    const file = files.get(id);
    if (file?.messageId === claim.messageId) return presentFile(file);
    // Another's file is not even named.
    if (!file || !isUploader(claim.reader, file)) throw new AppError('file_missing', { name: id.slice(0, 8) });
    throw new AppError(file.messageId === null ? 'file_missing' : 'file_sent', { name: file.name });
  });
}

/**
 * A visitor turned out to be a known customer: what they uploaded is that customer's now.
 */
export async function passFilesOn(trx: Trx, fromContactId: string, toContactId: string): Promise<void> {
  // Finishing an upload turns its row into a file's: in this order none slips through between the two.
  for (const table of ['upload', 'file'] as const)
    await trx
      .updateTable(table)
      .set({ uploaderId: toContactId })
      .where('uploaderKind', '=', 'customer')
      .where('uploaderId', '=', fromContactId)
      .execute();
}

/** Removes uploads nobody finished, files no message came for, and contents no file names any more. */
export async function cleanFiles(deps: FilesDeps): Promise<{ uploads: number; files: number; contents: number }> {
  const now = deps.now().getTime();
  const stale = new Date(now - UPLOAD_LIFE_MS);
  const lying = await deps.uploads.list();
  const rows = await findUploadIds(
    deps.db,
    lying.map((upload) => upload.id),
  );
  const quiet = lying.filter((upload) => upload.changedAt < stale);
  for (const { id } of quiet) if (!rows.has(id)) await deps.uploads.forget(id);

  const changedAt = new Map(lying.map((upload) => [upload.id, upload.changedAt]));
  const started = await deps.db.selectFrom('upload').select('id').where('startedAt', '<', stale).execute();
  // A slow one that still grows is left alone.
  const abandoned = started.filter(({ id }) => (changedAt.get(id) ?? stale) <= stale);
  for (const { id } of abandoned) await dropUpload(deps, id);

  const forgotten = await deps.db
    .deleteFrom('file')
    .where('messageId', 'is', null)
    .where('kept', '=', false)
    .where('uploadedAt', '<', new Date(now - UNCLAIMED_LIFE_MS))
    .executeTakeFirst();
  return {
    uploads: abandoned.length,
    files: Number(forgotten.numDeletedRows),
    contents: await removeUnusedContents(deps),
  };
}

async function removeUnusedContents(deps: FilesDeps): Promise<number> {
  const unused = await deps.db
    .selectFrom('blob')
    .select('sha256')
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('file').select('file.id').whereRef('file.sha256', '=', 'blob.sha256'))),
    )
    .limit(1_000)
    .execute();
  let removed = 0;
  for (const { sha256 } of unused) {
    await deps.db.transaction().execute(async (trx) => {
      await lockFor(trx, sha256);
      const used = await trx.selectFrom('file').select('id').where('sha256', '=', sha256).limit(1).executeTakeFirst();
      if (used) return;
      await trx.deleteFrom('blob').where('sha256', '=', sha256).execute();
      // Before the commit: a row without content would answer with nothing, content without a row is only stored again.
      await deps.contents.remove(`${sha256}.thumbnail`);
      await deps.contents.remove(sha256);
      removed += 1;
    });
  }
  return removed;
}

async function storeThumbnail(
  deps: FilesDeps,
  source: string,
  sha256: string,
  size: { width: number; height: number },
): Promise<boolean> {
  const target = join(deps.uploadsDir, `${randomUUID()}.thumbnail`);
  try {
    const sizeBytes = await deps.thumbnails.make({ source, target, ...size });
    if (sizeBytes === null) return false;
    await deps.contents.put(`${sha256}.thumbnail`, target, sizeBytes);
    return true;
  } finally {
    await rm(target, { force: true });
  }
}

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Whether the last byte of an upload has arrived but its file was not made: the server died in between. */
export async function isComplete(deps: FilesDeps, upload: UploadRow): Promise<boolean> {
  const found = await stat(deps.uploads.path(upload.id)).catch(() => null);
  return found?.size === upload.sizeBytes;
}

async function lockFor(trx: Trx, name: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 7700))`.execute(trx);
}

/** Forgets an upload its owner gave up; a file that already belongs to a message stays. */
export async function forgetUpload(db: Db, id: string): Promise<void> {
  await db.deleteFrom('upload').where('id', '=', id).execute();
  await db.deleteFrom('file').where('id', '=', id).where('messageId', 'is', null).where('kept', '=', false).execute();
}

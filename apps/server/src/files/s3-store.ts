import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { type ContentKey, type ContentStore, contentPath } from './content-store.ts';

export type S3Options = {
  bucket: string;
  region: string;
  /** Absent means Amazon's. */
  endpoint: string | undefined;
  accessKeyId: string;
  secretAccessKey: string;
  pathStyle: boolean;
};

/** S3 allows 10 000 parts; with this size that is 160 GB, and four at a time are 64 MB of memory. */
const PART_BYTES = 16 * 2 ** 20;
const PARTS_AT_ONCE = 4;

/** Keeps contents in a bucket, under `files/`. An object appears whole or not at all: S3 promises that. */
export function createS3Store(options: S3Options): ContentStore {
  const client = new S3Client({
    region: options.region,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    forcePathStyle: options.pathStyle,
    credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
    // Older MinIO, Ceph and OSS refuse the checksums the SDK adds by default; our keys are hashes already.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const at = (key: ContentKey) => ({ Bucket: options.bucket, Key: `files/${contentPath(key)}` });

  async function has(key: ContentKey, sizeBytes: number): Promise<boolean> {
    try {
      const found = await client.send(new HeadObjectCommand(at(key)));
      return found.ContentLength === sizeBytes;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  return {
    has,
    async put(key, path, sizeBytes) {
      if (await has(key, sizeBytes)) return;
      const body = createReadStream(path, { highWaterMark: 2 ** 20 });
      try {
        await new Upload({
          client,
          params: { ...at(key), Body: body, ContentType: 'application/octet-stream' },
          partSize: PART_BYTES,
          queueSize: PARTS_AT_ONCE,
        }).done();
      } finally {
        body.destroy();
      }
    },
    async open(key, range) {
      try {
        const found = await client.send(
          new GetObjectCommand({ ...at(key), ...(range ? { Range: `bytes=${range.start}-${range.end}` } : {}) }),
        );
        return found.Body as Readable;
      } catch (error) {
        if (isMissing(error)) throw Object.assign(new Error(`nothing stored under ${key}`), { code: 'ENOENT' });
        throw error;
      }
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand(at(key)));
    },
    close: () => client.destroy(),
  };
}

function isMissing(error: unknown): boolean {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  return name === 'NotFound' || name === 'NoSuchKey' || $metadata?.httpStatusCode === 404;
}

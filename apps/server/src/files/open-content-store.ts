import type { Config } from '../platform/config/settings.ts';
import type { ContentStore } from './content-store.ts';
import { createDiskStore } from './disk-store.ts';

/** The data folder, or the bucket where S3_BUCKET names one. */
export async function createContentStore(config: Config, filesDir: string): Promise<ContentStore> {
  if (config.s3Bucket === undefined) return createDiskStore(filesDir);
  // 22 MB of code that only who uses S3 should load.
  const { createS3Store } = await import('./s3-store.ts');
  return createS3Store({
    bucket: config.s3Bucket,
    region: config.s3Region,
    endpoint: config.s3Endpoint,
    accessKeyId: config.s3AccessKey!,
    secretAccessKey: config.s3SecretKey!,
    pathStyle: config.s3PathStyle,
  });
}

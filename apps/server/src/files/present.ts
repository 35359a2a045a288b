import type { FileRef } from '@alongside/contracts';
import type { FileWithBlob } from './queries.ts';

export function presentFile(file: FileWithBlob): FileRef {
  return {
    id: file.id,
    name: file.name,
    sizeBytes: file.sizeBytes,
    mediaType: file.mediaType,
    sha256: file.sha256,
    preview: file.preview,
    width: file.width,
    height: file.height,
  };
}

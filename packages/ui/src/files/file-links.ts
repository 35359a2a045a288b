import type { FileLink } from '@alongside/client';
import { useCallback, useSyncExternalStore } from 'react';
import { useClient } from '../app/ClientProvider.tsx';

/** The signed addresses of a file, renewed by itself; null while unknown. */
export function useFileLink(fileId: string): FileLink | null {
  const { files } = useClient();
  const read = useCallback(() => files.peek(fileId), [files, fileId]);
  return useSyncExternalStore(files.subscribe, read, read);
}

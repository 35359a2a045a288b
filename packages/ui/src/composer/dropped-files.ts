/**
 * The files of a drop, folders opened (a folder of logs is the usual case). Must be called in the event's own turn:
 * the browser takes the entries back after it.
 * @param data of the drop event
 * @param limit stops after so many; a dropped home folder must not freeze the page
 */
export async function filesOfDrop(data: DataTransfer, limit: number): Promise<File[]> {
  const entries = [...data.items].map((item) => (item.kind === 'file' ? item.webkitGetAsEntry() : null));
  if (entries.every((entry) => entry === null)) return [...data.files].slice(0, limit);
  const files: File[] = [];
  for (const entry of entries) if (entry) await collect(entry, files, limit);
  return files;
}

async function collect(entry: FileSystemEntry, files: File[], limit: number): Promise<void> {
  if (files.length >= limit) return;
  if (entry.isFile) {
    const file = await new Promise<File | null>((resolve) =>
      (entry as FileSystemFileEntry).file(resolve, () => resolve(null)),
    );
    // Folders hold files of the system that nobody means to send.
    if (file && !isJunk(file.name)) files.push(file);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // Browsers hand out at most a hundred at a time; an empty batch is the end.
    const batch = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (batch.length === 0 || files.length >= limit) return;
    for (const child of batch) await collect(child, files, limit);
  }
}

function isJunk(name: string): boolean {
  return name === '.DS_Store' || name === 'Thumbs.db' || name === 'desktop.ini';
}

/** Whether a drag carries files (and not, say, selected text). */
export function carriesFiles(data: DataTransfer | null): boolean {
  return data?.types.includes('Files') ?? false;
}

/**
 * The files of a paste. Screenshots all come as `image.png`: they get a name one can tell apart.
 * @param nameImage makes that name, without ending
 */
export function filesOfPaste(data: DataTransfer | null, nameImage: () => string): File[] {
  return [...(data?.files ?? [])].map((file) =>
    /^image\.\w+$/.test(file.name)
      ? new File([file], `${nameImage()}.${file.name.split('.').at(-1)}`, { type: file.type })
      : file,
  );
}

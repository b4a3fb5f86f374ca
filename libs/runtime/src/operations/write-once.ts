import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

export const isThere = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EEXIST';

export const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
};

/**
 * Writes a file whole and on the disk, or not at all; one that is there already under this name stays as it is.
 * @returns whether it was written now.
 */
export const writeOnce = async (folder: string, name: string, content: string): Promise<boolean> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.${randomUUID()}.draft`);
  try {
    const file = await open(draft, 'wx', 0o600);
    await file
      .writeFile(content)
      .then(() => file.sync())
      .finally(() => file.close());
    await link(draft, join(folder, name));
    await syncFolder(folder);
    return true;
  } catch (error) {
    if (isThere(error)) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
};

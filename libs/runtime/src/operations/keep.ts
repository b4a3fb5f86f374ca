import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { Refused } from '#core';

import { isThere, syncFolder } from './write-once.js';

export interface Kept {
  /** SHA-256 of the bytes, in hex: the name of the file. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Keeps bytes in a folder under their hash, whole and on the disk, or not at all. Kept again they are the same file.
 * @throws Refused `file-too-large` as soon as there are more than `mostBytes`.
 */
export const keep = async (folder: string, bytes: Readable, mostBytes = Infinity): Promise<Kept> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.${randomUUID()}.draft`);
  const file = await open(draft, 'wx', 0o600);
  try {
    const kept = await copied(bytes, file, mostBytes).finally(() => file.close());
    await link(draft, join(folder, kept.sha256)).catch((error: unknown) => {
      if (!isThere(error)) throw error;
    });
    await syncFolder(folder);
    return kept;
  } finally {
    await rm(draft, { force: true });
  }
};

const copied = async (
  bytes: Readable,
  file: { writeFile(chunk: Uint8Array): Promise<unknown>; sync(): Promise<void> },
  mostBytes: number,
): Promise<Kept> => {
  const hash = createHash('sha256');
  let count = 0;
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    count += chunk.length;
    if (count > mostBytes) throw new Refused('file-too-large', `Send at most ${mostBytes} bytes.`, { mostBytes });
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  await file.sync();
  return { sha256: hash.digest('hex'), bytes: count };
};

/** Keeps a file of this machine. @throws Refused `file-too-large`. */
export const keepFile = (folder: string, path: string): Promise<Kept> => keep(folder, createReadStream(path));

import { Refused } from '#core';

/** No room where the book lies: nothing was written. */
export const STORAGE_FULL = 'storage-full';
/** The database does not answer. Of a write, it is not known whether it was made. */
export const STORAGE_UNREACHABLE = 'storage-unreachable';

const is =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof Refused && error.code === code;

export const isStorageFull = is(STORAGE_FULL);
export const isStorageUnreachable = is(STORAGE_UNREACHABLE);

export const storageFull = (): Refused =>
  new Refused(STORAGE_FULL, 'The disk of the book is full: nothing was recorded. Make room; it goes on by itself.');

export const storageUnreachable = (cause: unknown): Refused => {
  const why = cause instanceof Error ? cause.message : String(cause);
  return Object.assign(new Refused(STORAGE_UNREACHABLE, 'The database does not answer. Ask again in a moment.'), {
    cause: new Error(why, { cause }),
  });
};

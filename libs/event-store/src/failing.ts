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

/** A host of several addresses fails with an error of several, which says nothing itself. */
const whyOf = (cause: unknown): string => {
  const { message, errors = [] } = cause as Partial<AggregateError>;
  return message || [...new Set(errors.map(whyOf))].join(', ') || String(cause);
};

export const storageUnreachable = (cause: unknown): Refused => {
  const why = whyOf(cause);
  return Object.assign(new Refused(STORAGE_UNREACHABLE, 'The database does not answer. Ask again in a moment.'), {
    cause: new Error(why, { cause }),
  });
};

/** Why the database did not answer; undefined of any other error. */
export const whyUnreachable = (error: unknown): string | undefined =>
  isStorageUnreachable(error) && (error as Error).cause instanceof Error
    ? ((error as Error).cause as Error).message
    : undefined;

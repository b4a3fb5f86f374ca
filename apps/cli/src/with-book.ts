import { assertBook, readSettings } from '#runtime';

import { type Book, openBook } from '../../standalone/src/book.js';
import { progressOf } from './progress.js';

/** Opens the book of the settings, its answers up to date, works on it, and closes it whatever happens. `hurry` keeps them so, where nobody else records. */
export const withBook = async <T>(work: (book: Book) => Promise<T>, { hurry = false } = {}): Promise<T> => {
  const progress = progressOf('events');
  const follow = hurry ? 'hurry' : 'once';
  const book = await openBook(readSettings(process.env), { follow, onProgress: progress.onProgress });
  progress.stop();
  try {
    await book.readModels.catchUp();
    return await work(book);
  } finally {
    await book.close();
  }
};

/** The same for who only looks: where there is no book, none is made. @throws Refused `book-absent`. */
export const withStandingBook = async <T>(work: (book: Book) => Promise<T>): Promise<T> => {
  const settings = readSettings(process.env);
  // Over an event store, the answers are made where they are missing.
  if (!settings.eventStoreUrl) await assertBook(settings);
  return withBook(work);
};

export const say = (text: string): void => void process.stdout.write(`${text}\n`);
export const sayJson = (value: unknown): void => say(JSON.stringify(value, null, 2));

import { readSettings } from '#runtime';

import { type Book, openBook } from '../../standalone/src/book.js';
import { progressOf } from './progress.js';

/** Opens the book of the settings, its answers up to date, works on it, and closes it whatever happens. `follow` keeps them so. */
export const withBook = async <T>(work: (book: Book) => Promise<T>, { follow = false } = {}): Promise<T> => {
  const progress = progressOf('events');
  const keep = follow ? 'lead' : 'once';
  const book = await openBook(readSettings(process.env), { follow: keep, onProgress: progress.onProgress });
  progress.stop();
  try {
    await book.readModels.catchUp();
    return await work(book);
  } finally {
    await book.close();
  }
};

export const say = (text: string): void => void process.stdout.write(`${text}\n`);
export const sayJson = (value: unknown): void => say(JSON.stringify(value, null, 2));

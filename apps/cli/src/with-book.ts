import { readSettings } from '#runtime';

import { type Book, openBook } from '../../standalone/src/book.js';
import { progressOf } from './progress.js';

/** Opens the book of the settings, works on it, and closes it whatever happens. */
export const withBook = async <T>(work: (book: Book) => Promise<T>): Promise<T> => {
  const progress = progressOf('events');
  const book = await openBook(readSettings(process.env), { follow: false, onProgress: progress.onProgress });
  progress.stop();
  try {
    return await work(book);
  } finally {
    await book.close();
  }
};

export const say = (text: string): void => void process.stdout.write(`${text}\n`);
export const sayJson = (value: unknown): void => say(JSON.stringify(value, null, 2));

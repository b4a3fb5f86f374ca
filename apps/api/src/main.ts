import { Refused } from '#core';
import { onStop, readSettings, runMain } from '#runtime';

import { openBook } from './book.js';
import { serve } from './serve.js';

await runMain(async () => {
  const settings = readSettings(process.env);
  if (!settings.databaseUrl) {
    const hint = 'The API runs apart over a PostgreSQL server: give DATABASE_URL. Without one, run `npm start`.';
    throw new Refused('database-url-required', hint);
  }
  const book = await openBook(settings, { follow: 'watch' });
  const serving = await serve(book, settings);
  process.stdout.write(`The API answers at ${serving.address} over ${book.db.name}\n`);
  onStop(async () => {
    await serving.stop();
    await book.close();
  });
});

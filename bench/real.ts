import type { CountryCode } from '#core';
import type { BookDatabase } from '#runtime';
import { importFile, type Outcome, readMapping } from '#intake';
import { casesOfAssets } from '#read-models';

import { openBookOn } from '../apps/api/src/book.js';

/** Imports a register into an empty book, read models included. */
export const importReal = async (db: BookDatabase, file: string): Promise<Outcome> => {
  const { recorder, readModels } = await openBookOn(db, { follow: 'once' });
  const end = new AbortController();
  const start = performance.now();
  const following = readModels.start(end.signal);
  const actor = { person: 'bench', authority: 'Bench', jurisdiction: 'ES' as CountryCode };
  const outcome = await importFile({
    file,
    mapping: await readMapping('libs/intake/mappings/cook-county.yaml'),
    recorder,
    actor,
    known: { rate: (from, to, on) => readModels.rates.rateBetween(from, to, on) },
    lookup: (ids) => casesOfAssets(readModels, ids),
  });
  end.abort();
  await following;
  await readModels.catchUp();
  return { ...outcome, seconds: (performance.now() - start) / 1_000 };
};

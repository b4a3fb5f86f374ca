import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type AssetIdentified, decide } from '#casework';
import type { AssetId, CaseId, CountryCode, Day } from '#core';

import { Book } from '../support/book.js';

const caseId = crypto.randomUUID() as CaseId;
const [jurisdiction, identifiedOn] = ['ES' as CountryCode, '2026-01-11' as Day];

describe('a log that holds text which no row can', () => {
  let book: Book;
  const boat = (description: string): AssetIdentified['data'] => ({
    ...{ assetId: crypto.randomUUID() as AssetId, category: 'vessel', identifiers: [] },
    ...{ description, jurisdiction, identifiedOn },
  });
  const identify = (description: string) => book.record(caseId, decide.AssetIdentified(boat(description)));
  const rows = () => {
    const { schema } = book.readModels;
    return book.db.query<object>(`select c.reference, c.title, a.detail -> 'identified' ->> 'description' as description
      from ${schema}.cases c join ${schema}.assets a using (case_id) order by a.first_position`);
  };
  /** What no recorder would seal, as a log holds it in which that was recorded before. */
  const spoil = (sign: string, by: string) =>
    book.db.query(`update log.events set data = replace(data::text, $1, $2)::json where data::text like '%' || $1 || '%'`, [sign, by]); // prettier-ignore
  const opened = { caseId, title: '[NUL]', authority: 'Court', jurisdiction, openedOn: identifiedOn };

  beforeAll(async () => {
    book = await Book.open();
    await book.record(caseId, decide.CaseOpened({ ...opened, reference: 'a[NUL]b, C:\\u0000' }));
    await identify('C:\\u0000 [NUL]');
    await identify('half a boat [HALF]');
    await spoil('[NUL]', '\\u0000');
    await spoil('[HALF]', '\\ud83d');
  });
  afterAll(() => book.close());

  it('is taken in, and shows what cannot be shown by a sign', async () => {
    await book.readModels.catchUp();
    const named = { reference: 'a\ufffdb, C:\\u0000', title: '\ufffd' };
    const standing = [
      { ...named, description: 'C:\\u0000 \ufffd' },
      { ...named, description: 'half a boat \ufffd' },
    ];
    expect(await rows()).toEqual(standing);
    await identify('the next');
    await book.readModels.catchUp();
    expect(await rows()).toEqual([...standing, { ...named, description: 'the next' }]);
  });

  it('is the same when it is replayed from zero, and when it is built anew', async () => {
    expect((await book.readModels.verify()).differences).toEqual([]);
    expect(await book.readModels.rebuild()).toMatchObject({ differences: [], switched: true });
    expect((await book.store.readAll(0, 1)).map(({ data }) => data['title'])).toEqual(['\u0000']);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Limits, Scope } from '#access';
import { decide } from '#casework';
import type { CaseId } from '#core';
import { asset, assetHistory, assets, caseFile, cases, countAssets, countDue, order, orders, ordersFallingDue, type Page, type PageAsked, timeline } from '#read-models'; // prettier-ignore

import { Book } from '../support/book.js';
import { assetOf, caseOf, country, day, grant, id, limits, me, network, opening, operation, orderOf, plateOf, sharing, today } from './circles.js'; // prettier-ignore

const [ES, NL, FR, PT] = [country('ES'), country('NL'), country('FR'), country('PT')];
const [IT, BE, DE, AT] = [country('IT'), country('BE'), country('DE'), country('AT')];
const names = [
  'team',
  'jurisdiction',
  'operation',
  'whole',
  'assets',
  'run-out',
  'last-day',
  'taken-back',
  'glass',
  'none',
];

/** Who stands to the case of that name so, and to no other; and what they see of it. */
const readers: readonly [name: string, sees: 'whole' | 'assets' | 'nothing', Limits][] = [
  ['team', 'whole', limits(grant('investigator', FR), { personId: me })],
  ['jurisdiction', 'whole', limits(grant('supervisor', NL))],
  ['operation', 'whole', limits(grant('action-lead', FR, operation))],
  ['whole', 'whole', limits(grant('investigator', PT))],
  ['assets', 'assets', limits(grant('investigator', IT))],
  ['run-out', 'nothing', limits(grant('investigator', BE))],
  ['last-day', 'whole', limits(grant('investigator', AT))],
  ['taken-back', 'nothing', limits(grant('investigator', DE))],
  ['glass', 'whole', limits(grant('investigator', FR), { glass: [caseOf('glass')] })],
  ['none', 'nothing', limits(grant('investigator', FR))],
  ['none', 'nothing', limits(grant('auditor', ES))],
];

describe('what somebody sees of a case, by how they stand to it', () => {
  let book: Book;
  let past: number;

  beforeAll(async () => {
    book = await Book.open();
    for (const name of names)
      await book.record(caseOf(name), ...opening(name, name === 'jurisdiction' ? NL : ES, name === 'team' ? [me] : []));
    past = await book.store.head();
    const left = { personId: me, joinedOn: day('2024-02-01') };
    await book.record(caseOf('operation'), decide.CaseTaggedToOperation({ operationId: operation, effectiveOn: day('2024-02-01') })); // prettier-ignore
    await book.record(caseOf('whole'), sharing('whole', PT, 'whole'));
    await book.record(caseOf('assets'), sharing('assets', IT, 'assets', today));
    await book.record(caseOf('run-out'), sharing('run-out', BE, 'whole', day('2026-11-23')));
    await book.record(caseOf('last-day'), sharing('last-day', AT, 'whole', today));
    const shareId = id<never>('share', 'taken-back', DE, 'whole');
    await book.record(caseOf('taken-back'), sharing('taken-back', DE, 'whole'), decide.CaseShareWithdrawn({ shareId, withdrawnOn: day('2024-03-01'), reason: 'done' })); // prettier-ignore
    await book.record(caseOf('none'), decide.TeamMemberJoined(left), decide.TeamMemberLeft({ personId: me, leftOn: day('2024-03-01') })); // prettier-ignore
    await book.readModels.catchUp();
  });
  afterAll(() => book.close());

  const page = { limit: 100 };

  /** Page after page of one item each. */
  const walked = async <T>(ask: (page: PageAsked) => Promise<Page<T>>): Promise<T[]> => {
    const items: T[] = [];
    let after: string | undefined;
    do {
      const one = await ask({ limit: 1, after });
      items.push(...one.items);
      after = one.next;
    } while (after);
    return items;
  };

  /** Everything that is said of a case as a whole, now and as it was known. */
  const ofCase = async (scope: Scope, name: string, asOf?: number): Promise<object> => ({
    file: await caseFile(book.readModels, scope, caseOf(name), asOf),
    timeline: await timeline(book.readModels, scope, caseOf(name), { ...page, asOf }),
    entries: await walked((one) => timeline(book.readModels, scope, caseOf(name), { ...one, asOf })),
    orders: await walked((one) => orders(book.readModels, scope, caseOf(name), { ...one, asOf })),
    order: await order(book.readModels, scope, orderOf(name), asOf),
  });
  const ofAssets = async (scope: Scope, name: string, asOf?: number): Promise<object> => ({
    asset: await asset(book.readModels, scope, assetOf(name), asOf),
    history: await assetHistory(book.readModels, scope, caseOf(name), assetOf(name), { ...page, asOf }),
    plate: await assets(book.readModels, scope, { identifier: plateOf(name) }, { ...page, asOf }),
    inCase: await assets(book.readModels, scope, { caseId: caseOf(name) }, { ...page, asOf }),
    counted: await countAssets(book.readModels, scope, { caseId: caseOf(name) }),
  });

  const listed = async (scope: Scope): Promise<string[]> => {
    const { items } = await cases(book.readModels, scope, {}, page);
    return items.map(({ caseId }) => caseId);
  };

  it.each(readers)('%s: sees %s', async (name, sees, scope) => {
    for (const asOf of [undefined, past]) {
      expect(await ofCase(scope, name, asOf)).toEqual(
        sees === 'whole' ? await ofCase('whole', name, asOf) : await ofCase('whole', 'never opened', asOf),
      );
      expect(await ofAssets(scope, name, asOf)).toEqual(
        sees === 'nothing' ? await ofAssets('whole', 'never opened', asOf) : await ofAssets('whole', name, asOf),
      );
    }
  });

  it.each(readers)('%s: finds that case and no other (%s), by whatever it asks', async (name, sees, scope) => {
    const own = sees === 'whole' ? [caseOf(name)] : [];
    expect(await listed(scope)).toEqual(own);
    const found = async (asked: Parameters<typeof cases>[2], asOf?: number): Promise<CaseId[]> =>
      (await walked((one) => cases(book.readModels, scope, asked, { ...one, asOf }))).map(
        ({ caseId }) => caseId as CaseId,
      );
    expect(await found({})).toEqual(own);
    expect(await found({}, past)).toEqual(own);
    expect(await found({ network }, past)).toEqual(own);
    expect(await found({ network })).toEqual(own);
    expect(await found({ status: 'open' })).toEqual(own);
    expect(await found({ jurisdiction: ES })).toEqual(name === 'jurisdiction' ? [] : own);
    expect(await found({ operation })).toEqual(name === 'operation' ? own : []);
    const due = await walked((one) => ordersFallingDue(book.readModels, scope, day('2027-01-01'), one));
    expect(due.map(({ caseId }) => caseId)).toEqual(own);
    const counted = await countDue(book.readModels, scope, today, day('2027-01-01'));
    expect(counted).toEqual({ overdue: 0, dueSoon: own.length });
  });

  it.each(readers)('%s: finds the assets of that case and no other (%s)', async (name, sees, scope) => {
    const own = sees === 'nothing' ? [] : [assetOf(name)];
    const found = async (asked: Parameters<typeof assets>[2], asOf?: number): Promise<string[]> =>
      (await walked((one) => assets(book.readModels, scope, asked, { ...one, asOf }))).map(({ assetId }) => assetId);
    for (const asked of [{}, { network }, { stage: 'frozen' }, { category: 'vehicle' }]) {
      expect(await found(asked)).toEqual(own);
      expect(await found(asked, past)).toEqual(own);
      expect(await countAssets(book.readModels, scope, asked)).toBe(own.length);
    }
    for (const other of names) expect(await found({ identifier: plateOf(other) })).toEqual(other === name ? own : []);
  });

  it('goes on from the cursor of another reader with what is in its own scope only', async () => {
    const { next } = await cases(book.readModels, 'whole', {}, { limit: 2 });
    const [, , scope] = readers[0] as (typeof readers)[number];
    expect(await cases(book.readModels, scope, {}, { limit: 100, after: next })).toEqual({ items: [] });
    const began = await assets(book.readModels, 'whole', {}, { limit: 2 });
    expect(await assets(book.readModels, scope, {}, { limit: 100, after: began.next })).toEqual({ items: [] });
  });

  it('a share taken back is gone with the next question', async () => {
    const scope = limits(grant('investigator', PT));
    const shareId = id<never>('share', 'whole', PT, 'whole');
    await book.record(caseOf('whole'), decide.CaseShareWithdrawn({ shareId, withdrawnOn: day('2024-03-01'), reason: 'done' })); // prettier-ignore
    await book.readModels.catchUp();
    expect(await ofCase(scope, 'whole')).toEqual(await ofCase('whole', 'never opened'));
    await book.record(caseOf('whole'), decide.CaseShared({ shareId: id('share again'), jurisdiction: PT, extent: 'whole', sharedOn: day('2024-04-01') })); // prettier-ignore
    await book.readModels.catchUp();
    expect(await listed(scope)).toEqual([caseOf('whole')]);
    expect(await book.readModels.verify()).toMatchObject({ differences: [] });
  });
});

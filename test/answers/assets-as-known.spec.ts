import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type CaseDecision, decide } from '#casework';
import type { AssetId, CaseId, CountryCode, CurrencyCode, EventId, NetworkId } from '#core';
import { assets, type AssetView, type Page, type SealedAsset } from '#read-models';

import { Book } from '../support/book.js';
import { assetOf, caseOf, country, day, grant, id, limits } from './circles.js';

const [ES, FR] = [country('ES'), country('FR')];
const [first, second] = [id<NetworkId>('first network'), id<NetworkId>('second network')];
type Asked = Parameters<typeof assets>[2];

const opened = (caseId: CaseId, jurisdiction = ES) =>
  decide.CaseOpened({ caseId, reference: '1/24', title: 'Cars', authority: 'Fiscalía', jurisdiction, openedOn: day('2024-01-01') }); // prettier-ignore

const car = (assetId: AssetId, jurisdiction: CountryCode = ES, more: object = {}) =>
  ({ assetId, category: 'vehicle' as const, description: 'red', identifiers: [], identifiedOn: day('2024-01-10'), jurisdiction, ...more }); // prettier-ignore

const attributed = (networkId: NetworkId) =>
  decide.CaseAttributedToNetworks({
    attributions: [{ networkId, weightBp: 10_000, confidence: 'confirmed' }],
    effectiveOn: day('2024-01-20'),
  });

const mistake = { reason: 'misread', approvedBy: 'head', author: 'clerk-1' } as const;

describe('the register of assets as it was known at an earlier position', () => {
  let book: Book;
  const filters: readonly Asked[] = [
    {}, { caseId: caseOf('one') }, { stage: 'none' }, { stage: 'duplicate' }, { stage: 'voided' }, { stage: 'identified' }, { stage: 'seized' },
    { stage: 'released' }, { jurisdiction: ES }, { jurisdiction: FR }, { region: 'ES-GA' }, { region: 'FR-PAC' }, { district: 'ES-PO' },
    { category: 'vehicle' }, { category: 'vessel' }, { network: first }, { network: second }, { network: first, jurisdiction: FR, stage: 'released' },
  ]; // prettier-ignore
  /** What was answered when the log stood at each position, filter by filter. */
  const lived = new Map<number, readonly unknown[]>();

  const pages = async (asked: Asked, limit: number, asOf?: number) => {
    const all: (readonly (AssetView | SealedAsset)[])[] = [];
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page: Page<AssetView | SealedAsset> = await assets(book.readModels, 'whole', asked, { limit, after, asOf });
      all.push(page.items);
      after = page.next;
    }
    return all;
  };
  const answers = (limit: number, asOf?: number) => Promise.all(filters.map((asked) => pages(asked, limit, asOf)));

  const record = async (name: string, ...decisions: CaseDecision[]): Promise<readonly EventId[]> => {
    const { eventIds } = await book.record(caseOf(name), ...decisions);
    await book.readModels.catchUp();
    lived.set(book.readModels.position(), (await answers(100)).flat());
    return eventIds as readonly EventId[];
  };
  const found = async (asked: Asked, asOf?: number): Promise<(string | undefined)[]> =>
    (await pages(asked, 1, asOf)).flat().map(({ assetId }) => names.get(assetId));
  const names = new Map(['one', 'twin', 'slip', 'half', 'van'].map((name) => [assetOf(name) as string, name]));

  beforeAll(async () => {
    book = await Book.open();
    await record('one', opened(caseOf('one')), decide.AssetIdentified(car(assetOf('one'), ES, { region: 'ES-GA', district: 'ES-PO' })));
    await record('one', decide.AssetIdentified(car(assetOf('twin'))));
    await record('two', opened(caseOf('two')), decide.AssetIdentified(car(assetOf('half'), ES, { region: 'ES-GA' })), attributed(first));
    const [slip] = await record('one', decide.AssetIdentified(car(assetOf('slip'))));
    await record('one', decide.DuplicateDeclared({ assetId: assetOf('twin'), survivorId: assetOf('one'), survivorCaseId: caseOf('one'), reason: 'same', approvedBy: 'head' }));
    await record('one', decide.EntryVoided({ eventId: slip as EventId, ...mistake }));
    await record('two', decide.AssetSeized({ assetId: assetOf('half'), effectiveOn: day('2024-02-01'), shareBp: 5_000, power: 'conviction-based' }));
    await record('two', decide.AssetReleased({ assetId: assetOf('half'), effectiveOn: day('2024-02-02'), reason: 'lifted', shareBp: 5_000 }));
    await record('two', decide.AssetRelocated({ assetId: assetOf('half'), effectiveOn: day('2024-02-03'), jurisdiction: FR, region: 'FR-PAC' }));
    const [van] = await record('two', decide.AssetIdentified(car(assetOf('van'))));
    const [another] = await record('one', attributed(second));
    await record('two', decide.EntryCorrected({ eventId: van as EventId, data: { ...car(assetOf('van')), category: 'vessel' }, ...mistake }));
    await record('one', decide.EntryVoided({ eventId: another as EventId, ...mistake }));
    await record('two', attributed(second));
    await record('two', decide.AssetConverted({ assetId: assetOf('van'), newAssetId: assetOf('boat'), how: 'exchange', category: 'vessel', description: 'blue', identifiers: [], proceeds: { amount: '9000.00', currency: 'EUR' as CurrencyCode }, effectiveOn: day('2024-03-01') }));
  }, 120_000); // prettier-ignore
  afterAll(() => book.close());

  it('is found by what the assets were then, and is as it was answered then, page after page', async () => {
    const met = new Set<Asked>();
    for (const [position, told] of lived)
      for (const limit of [1, 2, 100]) {
        const then = (await answers(limit, position)).map((all) => all.flat());
        filters.forEach((asked, index) => {
          expect([position, limit, asked, then[index]]).toEqual([position, limit, asked, told[index]]);
          if (then[index]?.length) met.add(asked);
        });
      }
    expect(filters.filter((asked) => !met.has(asked))).toEqual([]);
  });

  it('names what counts nowhere as what it is, at the newest position too', async () => {
    const newest = book.readModels.position();
    for (const asOf of [undefined, newest]) {
      expect(await found({ stage: 'duplicate' }, asOf)).toEqual(['twin']);
      expect(await found({ stage: 'voided' }, asOf)).toEqual(['slip']);
      expect(await found({ stage: 'none' }, asOf)).toEqual(['van']);
      expect(await found({ jurisdiction: FR }, asOf)).toEqual(['half']);
    }
  });

  it('has full pages while others follow', async () => {
    for (const position of lived.keys())
      for (const all of await answers(2, position))
        expect(all.slice(0, -1).every(({ length }) => length === 2)).toBe(true);
  });

  it('is for who may see them now', async () => {
    const [position = 0] = lived.keys();
    const abroad = await assets(book.readModels, limits(grant('supervisor', FR)), {}, { limit: 9, asOf: position });
    expect(abroad.items).toEqual([]);
  });

  it('goes on after a page for which a thousand were looked back on in vain', async () => {
    const many = Array.from({ length: 1_150 }, (_, n) => decide.AssetIdentified(car(assetOf(`car ${n}`))));
    await book.record(caseOf('many'), opened(caseOf('many')), ...many);
    await book.record(caseOf('last'), opened(caseOf('last')), decide.AssetIdentified(car(assetOf('last'))));
    const { position } = await book.record(caseOf('last'), attributed(id('third network')));
    for (const name of ['many', 'last']) await book.record(caseOf(name), attributed(id('fourth network')));
    await book.readModels.catchUp();
    const all = await pages({ network: id('third network') }, 1, position);
    expect(all.map(({ length }) => length)).toEqual([0, 1]);
    expect(all.flat()).toMatchObject([{ assetId: assetOf('last') }]);
    const after = await assets(book.readModels, 'whole', { caseId: caseOf('many') }, { limit: 200, asOf: position });
    const within = { limit: 1, asOf: position, after: after.next };
    const page = await assets(book.readModels, 'whole', { network: id('third network') }, within);
    expect(page).toMatchObject({ items: [{ assetId: assetOf('last') }] });
  }, 120_000);
});

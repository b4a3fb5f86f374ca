import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Limits } from '#access';
import { type CaseDecision, decide } from '#casework';
import { type CurrencyCode, type EventId, type NetworkId, periodOf, type Quarter, Refused } from '#core';
import { bridge, type Figure, figureEntries, type Figures, type FiguresAsked, figures, groupings, quarters } from '#read-models'; // prettier-ignore
import { exportFigures, quarterDecider, quarterStream } from '#reporting';

import { Book, clerk } from '../support/book.js';
import { assetOf, caseOf, country, day, grant, id, limits, opening, orderOf, sharing } from './circles.js';

const [ES, PT, FR] = [country('ES'), country('PT'), country('FR')];
const H2 = { handling: { codes: ['H2'], provider: 'Europol' } };
const QUARTER = '2024Q1' as Quarter;

/** Every case is of Spain and shared with Portugal, which so counts all of the book. */
const home = limits(grant('supervisor', ES));
const abroad = limits(grant('investigator', PT));
const further = limits(grant('investigator', FR));

describe('figures of what may not be passed on', () => {
  let book: Book;

  const ask = (scope: Limits | 'whole', asked: Partial<FiguresAsked> = {}): Promise<Figures> =>
    figures(book.readModels, scope, { period: periodOf(QUARTER), by: [], definitions: ['value-seized'], ...asked });
  const short = ({ assets, eur, withheld }: Figure): unknown[] => [assets, eur, ...(withheld ? ['withheld'] : [])];
  const totals = async (scope: Limits, asked: Partial<FiguresAsked> = {}): Promise<unknown[]> =>
    (await ask(scope, asked)).totals.map(short);
  const codeOf = (answer: Promise<unknown>): Promise<unknown> =>
    answer.catch((error: unknown) => (error instanceof Refused ? error.code : error));

  const valuation = (name: string, amount: string, on = '2024-01-12'): CaseDecision =>
    decide.AssetValued({ assetId: assetOf(name), amount, currency: 'EUR' as CurrencyCode, method: 'police-estimate', valuedOn: day(on) }); // prettier-ignore
  const marked = async (name: string, ...decisions: CaseDecision[]): Promise<EventId> => {
    const { eventIds } = await book.recordMarked(caseOf(name), H2, ...decisions);
    await book.readModels.catchUp();
    return eventIds[0] as EventId;
  };
  const opened = async (name: string, amount?: string): Promise<void> => {
    const [open, identified, ...rest] = opening(name, ES) as [CaseDecision, CaseDecision, ...CaseDecision[]];
    const valued = amount ? [valuation(name, amount)] : [];
    await book.record(caseOf(name), open, identified, ...valued, ...rest, sharing(name, PT, 'whole'));
    await book.readModels.catchUp();
  };
  /** All that can be told of one position, but for the position. */
  const everything = async (scope: Limits): Promise<unknown[]> => {
    const answers = [];
    for (const by of [[], ...groupings.map((one) => [one])]) {
      const { rows, totals: sums, scope: told } = await ask(scope, { by, definitions: [], period: periodOf('2024') });
      answers.push(rows, sums, told);
    }
    return answers;
  };

  const sealing: EventId[] = [];
  let before: number;

  beforeAll(async () => {
    book = await Book.open();
    await opened('plain', '1000');
    before = book.readModels.position();
    await opened('valued');
    sealing.push(await marked('valued', valuation('valued', '123456.78')));
  });
  afterAll(() => book.close());

  it('are without it for those abroad, stock and flow, and may be short', async () => {
    expect(await totals(abroad)).toEqual([[1, '1000.00', 'withheld']]);
    expect(await totals(abroad, { definitions: ['value-held'] })).toEqual([[1, '1000.00', 'withheld']]);
    const { rows, scope } = await ask(abroad, { by: ['category', 'stage'] });
    expect(rows.map(short)).toEqual([[1, '1000.00', 'withheld']]);
    expect(scope).toMatchObject({ open: 1, closed: 'few', withheld: true });
    expect(scope.words).toContain('sealed');
  });

  it('are whole within its own jurisdiction', async () => {
    const [mine, all] = [await ask(home, { by: ['category'], definitions: [] }), await ask('whole', { by: ['category'], definitions: [] })]; // prettier-ignore
    expect([mine.rows, mine.totals]).toEqual([all.rows, all.totals]);
    expect(mine.scope).toMatchObject({ open: 2, closed: 0, withheld: false });
    expect(await totals(home, { definitions: ['value-held'] })).toEqual([[2, '124456.78']]);
  });

  it('add up the events behind them', async () => {
    const asked = { period: periodOf(QUARTER), definition: 'value-seized' };
    const { items, scope } = await figureEntries(book.readModels, abroad, asked, { limit: 10 });
    expect(items.map(({ caseId, eur }) => [caseId, eur])).toEqual([[caseOf('plain'), '1000.00']]);
    expect(scope).toMatchObject({ open: 1, withheld: true });
  });

  it('are the same whatever becomes of it', async () => {
    const told = await everything(abroad);
    sealing.push(await marked('valued', valuation('valued', '5000000', '2024-02-20')));
    const released = { scope: 'whole', effectiveOn: day('2024-03-01'), ground: 'ended', approvedBy: 'head', author: 'clerk-1' }; // prettier-ignore
    await book.record(caseOf('valued'), decide.AssetReleased({ assetId: assetOf('valued'), ...released } as never));
    await book.readModels.catchUp();
    expect(await everything(abroad)).toEqual(told);
    expect((await totals(home, { definitions: ['value-released'] }))[0]).not.toEqual([0, '0.00']);
  });

  it('tell nothing where nothing else is', async () => {
    await book.record(caseOf('valued'), sharing('valued', FR, 'whole'));
    await book.readModels.catchUp();
    const untold = { group: {}, withheld: true };
    const { rows, totals: sums } = await ask(further, { definitions: ['value-seized', 'value-lost'], by: ['category'] }); // prettier-ignore
    expect([rows, sums]).toStrictEqual([[], [{ definition: 'value-seized@1', ...untold }, { definition: 'value-lost@1', ...untold }]]); // prettier-ignore
    expect(await quarters(book.readModels, further)).toEqual([]);
    expect(await quarters(book.readModels, abroad)).toMatchObject([{ quarter: QUARTER }]);
  });

  it('are not told as of a position, but of an edition, without it', async () => {
    expect(await codeOf(ask(abroad, { asOf: before }))).toBe('as-of-needs-the-cases');
    expect(await totals(home, { asOf: before })).toEqual([[1, '1000.00']]);
    const position = book.readModels.position();
    const closed = { type: 'QuarterClosed', data: { quarter: QUARTER, edition: 1, position } };
    const command = { actor: clerk, commandId: 'close', commandHash: '0', expected: 'any' as const };
    await book.recorder.record(quarterStream(QUARTER), quarterDecider, [() => [closed]], command);
    await book.readModels.catchUp();
    expect(await totals(abroad, { asOf: position })).toEqual([[1, '1000.00', 'withheld']]);
  });

  it('are not bridged', async () => {
    const asked = { quarter: QUARTER, definition: 'value-seized', from: 0, to: book.readModels.position() };
    expect(await codeOf(bridge(book.readModels, abroad, asked, { limit: 10 }))).toBe('bridge-needs-the-cases');
    expect((await bridge(book.readModels, home, asked, { limit: 10 })).difference.assets).toBe(2);
  });

  it('are written without it, line by line', async () => {
    const asked = { period: periodOf(QUARTER), by: ['category' as const], definitions: ['value-seized'] };
    const [, ...lines] = (await exportFigures(book.readModels, abroad, { ...asked, asOf: book.readModels.position(), fixed: true }, 'csv')).trim().split('\r\n'); // prettier-ignore
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/,value-seized@1,vehicle,1,1,0,0,no,0,1000.00,EUR,1000.00,yes,"The cases/);
  });

  it('are without an asset under a sealed order, and without all of a case of which an attribution is', async () => {
    await opened('ordered', '20');
    await opened('secret', '300');
    expect(await totals(abroad)).toEqual([[3, '1320.00', 'withheld']]);
    await marked('ordered', decide.OrderExtended({ orderId: orderOf('ordered'), extendedOn: day('2024-02-01'), expiresOn: day('2026-12-20') })); // prettier-ignore
    expect(await totals(abroad)).toEqual([[2, '1300.00', 'withheld']]);
    await marked('secret', decide.CaseAttributedToNetworks({ attributions: [{ networkId: id<NetworkId>('secret'), weightBp: 10_000, confidence: 'confirmed' }], effectiveOn: day('2024-03-01') })); // prettier-ignore
    expect(await totals(abroad)).toEqual([[1, '1000.00', 'withheld']]);
  });

  it('hold of the same case what is not sealed', async () => {
    const other = { assetId: assetOf('other'), category: 'vessel', description: 'boat', identifiers: [], identifiedOn: day('2024-01-10'), jurisdiction: ES }; // prettier-ignore
    await book.record(caseOf('valued'), decide.AssetIdentified(other as never));
    await book.record(caseOf('valued'), valuation('other', '7'));
    await book.record(caseOf('valued'), decide.AssetSeized({ assetId: assetOf('other'), effectiveOn: day('2024-01-16') } as never)); // prettier-ignore
    await book.readModels.catchUp();
    expect(await totals(abroad)).toEqual([[2, '1007.00', 'withheld']]);
    expect(await totals(further)).toEqual([[1, '7.00', 'withheld']]);
  });

  it('hold it once its provider agreed', async () => {
    const consent = { provider: 'Europol', consentedOn: day('2024-04-01'), purpose: 'passing-on' as const, jurisdiction: FR }; // prettier-ignore
    for (const eventId of sealing)
      await book.record(caseOf('valued'), decide.ProviderConsented({ ...consent, eventId }));
    await book.readModels.catchUp();
    expect((await ask(further)).scope).toMatchObject({ open: 1, closed: 0, withheld: false });
    expect(await totals(further)).toEqual([[2, '123463.78']]);
    expect((await ask(abroad)).scope.withheld).toBe(true);
  });
});

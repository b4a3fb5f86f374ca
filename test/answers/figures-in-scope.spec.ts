import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type Grant, type Limits, limitsOf, type Principal, type Role, shippedRules } from '#access';
import { type CaseDecision, decide } from '#casework';
import { type AssetId, type CaseId, type CountryCode, type CurrencyCode, type Day, type OperationId, type PersonId, periodOf, Refused, type ShareId } from '#core'; // prettier-ignore
import { idOfWords } from '#event-store';
import { bridge, type Figure, figureEntries, type Figures, type FiguresAsked, figures, quarters } from '#read-models';
import { askedOf, askForFigures, exportFigures, exportIdOf, quarterDecider, quarterStream, scopeOf } from '#reporting';

import { Book, clerk } from '../support/book.js';

const id = <T>(word: string): T => idOfWords(word) as unknown as T;
const [ES, PT, FR, EUR] = ['ES', 'PT', 'FR', 'EUR'] as unknown as [CountryCode, CountryCode, CountryCode, CurrencyCode];
const today = '2026-11-24' as Day;
const me = id<PersonId>('me');
const sirius = id<OperationId>('sirius');

const somebody = (role: Role, jurisdiction: CountryCode, more: Partial<Grant> = {}, personId = me, token: { scopes?: string[] } = {}): Limits => {
  const grant = { grantId: id<Grant['grantId']>('grant'), role, authority: 'Authority', jurisdiction, from: today, ...more };
  const principal: Principal = { personId, name: 'me', kind: 'person', authority: 'Authority', jurisdiction, grants: [grant], glass: [], ...token };
  return limitsOf(principal, shippedRules, today);
}; // prettier-ignore

const job = somebody('reporting-job', ES);
const investigator = somebody('investigator', ES);
const supervisor = somebody('supervisor', ES);
const IT = 'IT' as CountryCode;
const ana = id<PersonId>('ana');
const session = somebody('investigator', IT, {}, ana);
const token = somebody('investigator', IT, {}, ana, { scopes: ['figures', 'count'] });
const lead = somebody('action-lead', PT, { operationId: sirius });
const neighbour = somebody('supervisor', FR, {}, id<PersonId>('neighbour'));

/** A case with one asset of so many euro, identified on a day. */
const found = (name: string, category: 'vessel' | 'cash' | 'vehicle', amount: string, on = '2026-01-10', jurisdiction = ES): CaseDecision[] => [
  decide.CaseOpened({ caseId: id(name), reference: name, title: name, authority: 'Authority', jurisdiction, openedOn: '2026-01-01' as Day }),
  decide.AssetIdentified({ assetId: id<AssetId>(`${name} asset`), category, description: name, identifiers: [], identifiedOn: on as Day, jurisdiction }),
  decide.AssetValued({ assetId: id<AssetId>(`${name} asset`), amount, currency: EUR, method: 'police-estimate', valuedOn: on as Day }),
]; // prettier-ignore

describe('figures within the scope of who asks', () => {
  let book: Book;

  const record = async (name: string, ...decisions: CaseDecision[]): Promise<void> => {
    await book.record(id<CaseId>(name), ...decisions);
    await book.readModels.catchUp();
  };
  const ask = (limits: Limits | 'whole', asked: Partial<FiguresAsked> = {}): Promise<Figures> =>
    figures(book.readModels, limits, {
      period: periodOf('2026Q1'),
      by: [],
      definitions: ['value-identified'],
      ...asked,
    });
  const codeOf = (answer: Promise<unknown>): Promise<unknown> =>
    answer.catch((error: unknown) => (error instanceof Refused ? error.code : error));
  const short = ({ group, assets, eur, withheld, groupWithheld }: Figure): unknown[] =>
    [group, assets, eur, ...(withheld ? ['withheld'] : []), ...(groupWithheld ? [groupWithheld] : [])]; // prettier-ignore
  /** Nothing of it is told: it has no values, which are not none. */
  const untold = (group: Figure['group'] = {}): Figure => ({
    definition: 'value-identified@1',
    group,
    withheld: true,
  });

  beforeAll(async () => {
    book = await Book.open();
    for (const [name, category, amount] of [['one', 'vessel', '1'], ['two', 'vessel', '10'], ['three', 'vessel', '100'], ['four', 'cash', '1000']] as const)
      await record(name, ...found(name, category, amount)); // prettier-ignore
    await record('abroad', ...found('abroad', 'cash', '10000', '2026-01-10', PT));
    await record('later', ...found('later', 'vehicle', '100000', '2026-04-10'));
  });
  afterAll(() => book.close());

  it('are of the whole book for the machinery, and say so', async () => {
    const { scope, totals } = await ask('whole');
    expect(scope).toEqual({ cases: 'all', withheld: false, words: 'All cases of the book.' });
    expect(totals.map(short)).toEqual([[{}, 5, '11111.00']]);
  });

  it('are of their jurisdiction for supervisors, whole and untouched', async () => {
    const { scope, rows, totals } = await ask(supervisor, { by: ['category'] });
    expect(scope).toMatchObject({ cases: 'counted', counted: 5, open: 5, closed: 0, withheld: false });
    expect(rows.map(short)).toEqual([
      [{ category: 'cash' }, 1, '1000.00'],
      [{ category: 'vessel' }, 3, '111.00'],
    ]);
    expect(totals.map(short)).toEqual([[{}, 4, '1111.00']]);
  });

  it('are nothing for who has no case', async () => {
    const { scope, rows, totals } = await ask(neighbour);
    expect([scope.counted, rows, totals.map(short)]).toEqual([0, [], [[{}, 0, '0.00']]]);
    expect(await quarters(book.readModels, neighbour)).toEqual([]);
  });

  it('put together what rests on one case, in a row that does not say of what', async () => {
    const { scope, rows, totals } = await ask(job, { by: ['category'] });
    expect(scope).toMatchObject({ counted: 5, open: 0, closed: 5, withheld: true });
    expect(rows.map(short)).toEqual([[{}, 4, '1111.00', ['category']]]);
    expect(totals.map(short)).toEqual([[{}, 4, '1111.00']]);
  });

  it('leave out by a filter what is not told apart by it, and say so', async () => {
    for (const category of ['vessel', 'cash', 'vehicle'])
      expect((await ask(job, { filter: { category } })).totals).toStrictEqual([untold()]);
    expect((await ask(job, { filter: { jurisdiction: 'FR' } })).totals).toStrictEqual([untold()]);
  });

  it('leave a quarter out in which there is one case, and say neither that it has value nor that it has none', async () => {
    const { totals, rows } = await ask(job, { period: periodOf('2026Q1..2026Q2'), by: ['quarter'] });
    expect(rows.slice(0, 1).map(short)).toEqual([[{ quarter: '2026Q1' }, 4, '1111.00']]);
    expect(rows.slice(1)).toStrictEqual([untold({ quarter: '2026Q2' })]);
    expect(totals.map(short)).toEqual([[{}, 4, '1111.00', 'withheld']]);
    expect(await quarters(book.readModels, job)).toMatchObject([{ quarter: '2026Q1' }]);
  });

  it('tell nothing of a total of which nothing may be told, and none where there is none', async () => {
    const { rows, totals, scope } = await ask(job, { period: periodOf('2026Q2'), by: ['category'] });
    expect([rows, totals]).toStrictEqual([[{ ...untold(), groupWithheld: ['category'] }], [untold()]]);
    expect(scope.withheld).toBe(true);
    expect((await ask(job, { period: periodOf('2026Q3') })).totals.map(short)).toEqual([[{}, 0, '0.00']]);
  });

  it('tell three cases apart, once the others are three as well', async () => {
    await record('five', ...found('five', 'cash', '2000'));
    expect((await ask(job, { by: ['category'] })).rows.map(short)).toEqual([[{}, 5, '3111.00', ['category']]]);
    await record('six', ...found('six', 'cash', '3000'));
    const { rows, scope } = await ask(job, { by: ['category'] });
    expect(rows.map(short)).toEqual([
      [{ category: 'cash' }, 3, '6000.00'],
      [{ category: 'vessel' }, 3, '111.00'],
    ]);
    expect(scope.withheld).toBe(false);
  });

  it('hold what who asks may see in full, and the rest only where three others are', async () => {
    await record('four', decide.TeamMemberJoined({ personId: me, joinedOn: today }));
    const { scope, rows } = await ask(investigator, { by: ['category'] });
    expect(scope).toMatchObject({ counted: 7, open: 1, closed: 6 });
    expect(rows.map(short)).toEqual([
      [{ category: 'cash' }, 1, '1000.00', 'withheld'],
      [{}, 5, '5111.00', ['category']],
    ]); // prettier-ignore
  });

  it('are of their operation for action leads', async () => {
    await record('one', decide.CaseTaggedToOperation({ operationId: sirius, taggedOn: today } as never));
    expect((await ask(lead)).totals.map(short)).toEqual([[{}, 1, '1.00']]);
    expect((await ask(lead)).scope).toMatchObject({ counted: 1, open: 1, closed: 0, withheld: false });
  });

  it('are of what is shared, until it is taken back', async () => {
    const shareId = id<ShareId>('share');
    await record(
      'abroad',
      decide.CaseShared({ shareId, jurisdiction: FR, extent: 'assets', sharedOn: today } as never),
    );
    expect((await ask(neighbour)).totals.map(short)).toEqual([[{}, 1, '10000.00']]);
    await record('abroad', decide.CaseShareWithdrawn({ shareId, withdrawnOn: today, reason: 'done' }));
    expect((await ask(neighbour)).totals.map(short)).toEqual([[{}, 0, '0.00']]);
  });

  it('name the events of cases that may be seen, and how many there are beside', async () => {
    const asked = { period: periodOf('2026Q1'), definition: 'value-identified' };
    const { items, scope } = await figureEntries(book.readModels, investigator, asked, { limit: 10 });
    expect(new Set(items.map(({ caseId }) => caseId))).toEqual(new Set([id('four')]));
    expect(items.reduce((sum, { assets = 0 }) => sum + assets, 0)).toBe(1);
    expect(items.at(-1)).toMatchObject({ eur: '1000.00' });
    expect(scope).toMatchObject({ closed: 6, withheld: true });
    const seen = new Set<string>();
    for (let after: string | undefined; ;) {
      const page = await figureEntries(book.readModels, supervisor, asked, { limit: 4, after });
      for (const { caseId } of page.items) seen.add(caseId);
      if (!(after = page.next)) break;
    }
    expect(seen.size).toBe(6);
  });

  it('as they were at a position are for who may see the cases, or of an edition', async () => {
    const asOf = book.readModels.position() - 1;
    expect(await codeOf(ask(job, { asOf }))).toBe('as-of-needs-the-cases');
    expect((await ask(supervisor, { asOf })).totals.map(short)).toEqual([[{}, 6, '6111.00']]);
    const closed = { type: 'QuarterClosed', data: { quarter: '2026Q1', edition: 1, position: asOf } };
    const command = { actor: clerk, commandId: 'close', commandHash: '0', expected: 'any' as const };
    await book.recorder.record(quarterStream('2026Q1' as never), quarterDecider, [() => [closed]], command);
    await book.readModels.catchUp();
    expect((await ask(job, { asOf })).totals.map(short)).toEqual([[{}, 6, '6111.00']]);
    expect(await codeOf(ask(job, { asOf: asOf - 1 }))).toBe('as-of-needs-the-cases');
    expect(await codeOf(ask(job, { asOf, period: periodOf('2026Q1..2026Q2') }))).toBe('as-of-needs-the-cases');
  });

  it('are bridged for who may see every case that is counted', async () => {
    const asked = {
      quarter: '2026Q1' as never,
      definition: 'value-identified',
      from: 0,
      to: book.readModels.position(),
    };
    expect(await codeOf(bridge(book.readModels, job, asked, { limit: 10 }))).toBe('bridge-needs-the-cases');
    const { difference, items } = await bridge(book.readModels, supervisor, asked, { limit: 100 });
    expect(difference).toEqual({ assets: 6, eur: '6111.00' });
    expect(items.reduce((sum, { eur = '0' }) => sum + Number(eur), 0)).toBe(6111);
  });

  it('are files of their own, in which each line says whose data it covers', async () => {
    const question = { period: '2026Q1..2026Q2', by: ['category' as const, 'quarter' as const], definitions: ['value-identified@1'], format: 'csv' as const, asOf: book.readModels.position() }; // prettier-ignore
    const limited = { ...question, scope: job };
    expect(exportIdOf(limited)).not.toBe(exportIdOf(question));
    expect(askForFigures(limited)(new Map())).toMatchObject([{ data: { exportId: exportIdOf(limited), scope: job } }]);
    await record('seven', ...found('seven', 'cash', '5000000'));
    const lines = async (asked: typeof question): Promise<string[]> =>
      (await exportFigures(book.readModels, scopeOf(asked), askedOf(asked), 'csv')).split('\r\n');
    expect((await lines(question))[0]).toMatch(/,currency,amount$/);
    const [header, ...body] = await lines(limited);
    expect(header).toMatch(/,currency,amount,withheld,scope$/);
    expect(body[0]).toMatch(
      /^2026Q1..2026Q2,\d+,value-identified@1,cash,2026Q1,3,3,0,0,no,0,6000.00,EUR,6000.00,no,"The cases/,
    );
    expect(body[2]).toMatch(/,value-identified@1,\(withheld\),2026Q2,,,,,,,,,,yes,"The cases/);
    const { rows } = JSON.parse(await exportFigures(book.readModels, job, askedOf(limited), 'json')) as Figures;
    expect(rows[2]).toStrictEqual({ ...untold({ quarter: '2026Q2' }), groupWithheld: ['category'] });
  });

  it('come from the kept cells for who may see every case of the book, and are the same', async () => {
    const both = { ...supervisor, count: { ...supervisor.count, jurisdictions: [ES, PT] }, assets: { ...supervisor.assets, jurisdictions: [ES, PT] } }; // prettier-ignore
    const { scope, rows, totals } = await ask(both, { by: ['category', 'jurisdiction'], definitions: ['value-held'] });
    const whole = await ask('whole', { by: ['category', 'jurisdiction'], definitions: ['value-held'] });
    expect([rows, totals]).toEqual([whole.rows, whole.totals]);
    expect(scope).toMatchObject({ cases: 'counted', closed: 0, withheld: false });
  });

  it('are the same to the cent for supervisors of all, of every definition and by everything, from postings and from kept cells', async () => {
    const team = { ...supervisor.count, jurisdictions: [ES] };
    const es = { ...supervisor, count: team, assets: team, countFew: team };
    const asked = { definitions: [], period: periodOf('2026'), filter: { jurisdiction: 'ES' } };
    for (const by of [[], ['quarter', 'stage', 'power'], ['category', 'network', 'region']] as const) {
      const [mine, all] = [await ask(es, { ...asked, by }), await ask('whole', { ...asked, by })];
      expect([mine.rows, mine.totals]).toEqual([all.rows, all.totals]);
    }
  });

  it('tell by a token that is good for less no more than by a session: three are others than one knows', async () => {
    const asked = { period: periodOf('2025Q1') };
    const mine = decide.TeamMemberJoined({ personId: ana, joinedOn: today });
    const one = async (name: string, amount: string, ...more: CaseDecision[]): Promise<void> =>
      record(name, ...found(name, 'cash', amount, '2025-01-10', IT), ...more);
    const valued = async (limits: Limits): Promise<string[]> =>
      (await quarters(book.readModels, limits)).map(({ quarter }) => quarter);
    await one('mine 1', '1', mine);
    await one('mine 2', '2', mine);
    await one('theirs 1', '777.77');
    expect((await ask(session, asked)).totals.map(short)).toEqual([[{}, 2, '3.00', 'withheld']]);
    expect((await ask(token, asked)).totals).toStrictEqual([untold()]);
    expect((await ask(token, asked)).scope).toEqual({ cases: 'counted', open: 0, closed: 'few', withheld: true, words: expect.stringContaining('0, and others.') }); // prettier-ignore
    expect(await valued(token)).not.toContain('2025Q1');
    await one('theirs 2', '10');
    await one('theirs 3', '20');
    expect((await ask(session, asked)).totals.map(short)).toEqual([[{}, 5, '810.77']]);
    expect((await ask(token, asked)).totals.map(short)).toEqual([[{}, 3, '807.77', 'withheld']]);
    expect((await ask(token, asked)).scope).toMatchObject({ counted: 5, open: 0, closed: 5 });
    expect(await valued(token)).toContain('2025Q1');
    await one('mine 3', '4', mine);
    expect((await ask(token, asked)).totals.map(short)).toEqual([[{}, 6, '814.77']]);
  });

  it('say of the same position, byte for byte, the same of whose data they are after other cases were opened', async () => {
    const places = { ...supervisor.count, jurisdictions: [ES, PT, IT] };
    const all = { ...supervisor, count: places, assets: places, countFew: places };
    const scopes = [job, supervisor, investigator, all];
    const asOf = book.readModels.position();
    const files = (): Promise<string[]> =>
      Promise.all(
        scopes.flatMap((scope) =>
          (['csv', 'json'] as const).map((format) =>
            exportFigures(book.readModels, scope, { period: periodOf('2026'), by: ['category'], asOf, fixed: true }, format),
          ),
        ),
      ); // prettier-ignore
    const asked = { period: periodOf('2026'), definition: 'value-identified', asOf };
    const entries = async () => (await figureEntries(book.readModels, investigator, asked, { limit: 1 })).scope;
    const before = [await files(), await entries()];
    for (const [name, jurisdiction] of [['es', ES], ['pt', PT], ['fr', FR]] as const)
      await record(name, ...found(name, 'cash', '7', '2026-01-10', jurisdiction)); // prettier-ignore
    expect([await files(), await entries()]).toEqual(before);
    const counted = async (asked = {}): Promise<number> => (await ask(all, asked)).scope.counted ?? 0;
    expect((await counted()) - (await counted({ asOf }))).toBe(2);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Book } from '../support/book.js';
import { type Watched, watched } from '../support/watched.js';
import { freezingOrder, network, opening, yacht } from './samples.js';
import { problemOf, type Reply, Service } from './service.js';

/** Published test vectors: the Bitcoin wiki, and BIP 32. */
const KEY = '5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ';
const EXTENDED =
  'xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi';
const TOLD = /5HueCGU8rM|xprv9s21/;

describe('a private key that is told to the API', () => {
  let book: Book;
  let operations: Watched['operations'];
  let lines: Watched['lines'];
  let collector: Watched['collector'];
  let service: Service;
  let ofCase: string;
  let entryId: string;

  beforeAll(async () => {
    ({ operations, lines, collector } = await watched());
    book = await Book.open();
    service = await Service.start('data/exports', book, { operations });
    ofCase = `/v1/cases/${await service.made('/v1/cases', opening, 'caseId')}`;
    const { body } = await service.post(`${ofCase}/assets`, yacht);
    entryId = String((body['eventIds'] as string[])[0]);
  });
  afterAll(async () => {
    await service.stop();
    await collector.stop();
  });

  /** All that is kept: of the log, of the answers, of accounts and looks. */
  const kept = async (): Promise<string> => {
    const tables = await book.db.query<{ name: string }>(
      `select table_schema || '.' || table_name as name from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    );
    return JSON.stringify(await Promise.all(tables.map(({ name }) => book.db.query(`select t::text from ${name} t`))));
  };

  /** It is refused, recorded nowhere, and told by no answer. */
  const refused = async (ask: () => Promise<Reply>): Promise<object> => {
    const before = await book.store.head();
    const reply = await ask();
    expect(await book.store.head()).toEqual(before);
    expect(JSON.stringify([reply.body, [...reply.headers]])).not.toMatch(TOLD);
    return problemOf(reply);
  };
  const at = (pointer: string) => ({ status: 400, code: 'private-key-told', at: { [pointer]: 'private-key-told' } });

  it.each<[string, string, object, string]>([
    ['a title', '/v1/cases', { ...opening, title: KEY }, '/title'],
    ['a reference', '/v1/cases', { ...opening, reference: `ref ${EXTENDED}` }, '/reference'],
    ['a description', '/assets', { ...yacht, description: `Wallet, WIF:${KEY}, 2 BTC` }, '/description'],
    ['a note', '/assets', { ...yacht, note: `found on paper:\n${EXTENDED}\n` }, '/note'],
    ['an identifier', '/assets', { ...yacht, identifiers: [{ kind: 'serial', raw: 'A1' }, { kind: 'bitcoin', raw: KEY }] }, '/identifiers/1/raw'],
    ['what is quantified', '/assets', { ...yacht, quantity: { units: '1', unit: KEY } }, '/quantity/unit'],
    ['an order', '/orders', { ...freezingOrder, over: { assets: [crypto.randomUUID()] }, authority: KEY }, '/authority'],
    ['a mark', '/assets', { ...yacht, handling: { codes: ['H3'], note: KEY } }, '/handling/note'],
    ['the name of a network', '/v1/networks', { ...network, name: KEY }, '/name'],
    ['a name of no field', '/v1/networks', { ...network, [KEY]: 'kept' }, ''],
  ])('in %s is refused, with its place and what to do', async (_, path, body, pointer) => {
    const ask = () => service.post(path.startsWith('/v1') ? path : `${ofCase}${path}`, body);
    expect(await refused(ask)).toEqual(at(pointer));
    expect((await ask()).body['detail']).toContain('custody reference');
  }); // prettier-ignore

  it('in a correction is refused, in its reason and in what it says', async () => {
    const path = `${ofCase}/entries/${entryId}/correction`;
    const data = { ...yacht, description: `Sailing yacht ${KEY}` };
    expect(await refused(() => service.post(path, { data, reason: 'misread' }))).toEqual(at('/data/description'));
    expect(await refused(() => service.post(path, { data: yacht, reason: EXTENDED }))).toEqual(at('/reason'));
  });

  it('in a question is refused, before it is written down that it was asked', async () => {
    expect(await refused(() => service.get(`/v1/assets?identifier=${KEY}`))).toEqual(at('/identifier'));
  });

  it.each(['rastro-reason', 'idempotency-key'])('in %s is refused', async (name) => {
    const problem = await refused(() => service.post('/v1/networks', network, { [name]: `for-${KEY}` }));
    expect(problem).toEqual({ status: 400, code: 'private-key-told', at: {} });
  });

  it('is kept nowhere, nor told in a line of the log or a trace; where it is kept is', async () => {
    const note = 'Key on paper in bag 4711, custody reference KC-2026/17';
    const identifiers = [{ kind: 'bitcoin', raw: '1NEDqZPvTWRaoho48qXuLLsrYomMXPABfD' }];
    expect((await service.post(`${ofCase}/assets`, { ...yacht, identifiers, note })).status).toBe(201);
    await operations.tracing.close();
    const everything = [await kept(), lines.join(''), collector.text];
    expect(everything[0]).toContain('KC-2026/17');
    expect(everything[1]).toContain('"request"');
    expect(everything.filter((text) => TOLD.test(text))).toEqual([]);
  });
});

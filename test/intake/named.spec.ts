import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';

import { decide, decideNetwork, networkDecider, streamOf } from '#casework';
import type { AssetId, CaseId, CountryCode, Day, NetworkId } from '#core';
import { type Admission, parseMapping } from '#intake';

import { Book } from '../support/book.js';
import { take, write } from './register.js';

/** A register that names networks, an operation, and the case in which the same asset is counted. */
const register = `
name: docks
version: 1
file: { encoding: utf-8, delimiter: ';' }
columns: [Docket, Network, Operation, Survivor]
days: [YYYY-MM-DD]
case:
  key: ['{Docket}']
  fields: { reference: '{case.key}', title: Docks, authority: Customs, jurisdiction: PT, openedOn: '2014-04-03' }
asset:
  key: ['{case.key}/1']
facts:
  - name: seen
    events:
      - type: AssetIdentified
        fields: { assetId: '{asset.id}', category: vessel, description: A boat, identifiers: [], jurisdiction: PT, identifiedOn: '2014-04-03' }
  - name: network
    when: { column: Network, filled: true }
    events:
      - type: CaseAttributedToNetworks
        fields: { attributions: [{ networkId: '{Network}', weightBp: 10000, confidence: confirmed }], effectiveOn: '2014-04-04' }
  - name: operation
    when: { column: Operation, filled: true }
    events:
      - type: CaseTaggedToOperation
        fields: { operationId: '{Operation}', effectiveOn: '2014-04-04' }
  - name: duplicate
    when: { column: Survivor, filled: true }
    events:
      - type: DuplicateDeclared
        fields: { assetId: '{asset.id}', survivorId: '{Survivor}', survivorCaseId: '{Survivor}', reason: The same boat, approvedBy: eva }
`;
const mapping = parseMapping(register);

describe('a register that names what stands elsewhere', () => {
  let folder: string;
  let book: Book;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rastro-named-'));
    book = await Book.open();
  });
  afterAll(async () => {
    await book.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The facts that a row adds, and what is asked about it: in a dry run the same, and nothing is added. */
  const taken = async (cells: string, more: object = {}) => {
    const file = await write(folder, `Docket;Network;Operation;Survivor\r\n${cells}\r\n`);
    const questionsTo = join(folder, 'questions.csv');
    const asked = async (dryRun: boolean) => {
      const before = await book.store.head();
      await take(book, file, { mapping, questionsTo, dryRun, ...more });
      const types = (await book.store.readAll(before, 100)).map(({ type }) => type);
      const questions: string[][] = parse(await readFile(questionsTo, 'utf8'), { from: 2 });
      return { types, questions: questions.map(([row, column, code]) => `${row} ${column} ${code}`) };
    };
    const rehearsed = await asked(true);
    const recorded = await asked(false);
    expect(rehearsed).toEqual({ types: [], questions: recorded.questions });
    return recorded;
  };
  const stands = ['CaseOpened', 'AssetIdentified'];

  it.each([
    ['a network', `A;${randomUUID()};;`, '2 Network network-unknown'],
    ['an operation', `B;;${randomUUID()};`, '2 Operation operation-unknown'],
    ['a case', `C;;;${randomUUID()}`, '2 Survivor case-unknown'],
  ])('is asked about %s that is not in the book', async (_, cells, question) => {
    expect(await taken(cells)).toEqual({ types: stands, questions: [question] });
  });

  it('is taken in when the network is in the book', async () => {
    const networkId = randomUUID() as NetworkId;
    const register = decideNetwork.NetworkRegistered({
      networkId,
      name: 'Los Ejemplos',
      registeredOn: '2014-01-01' as Day,
    });
    await book.recordIn(streamOf.network(networkId), networkDecider, [(state) => register(state, {})]);
    expect(await taken(`D;${networkId};;`)).toEqual({ types: [...stands, 'CaseAttributedToNetworks'], questions: [] });
  });

  it('declares a duplicate of an asset that counts in another case, and of no other', async () => {
    const [caseId, other] = [randomUUID() as CaseId, randomUUID() as AssetId];
    const assetId = caseId as string as AssetId;
    const boat = (id: AssetId) => decide.AssetIdentified({ assetId: id, category: 'vessel', description: 'A boat', identifiers: [], identifiedOn: '2014-04-03' as Day, jurisdiction: 'PT' as CountryCode }); // prettier-ignore
    const opened = decide.CaseOpened({ caseId, reference: 'X', title: 'X', authority: 'X', jurisdiction: 'PT' as CountryCode, openedOn: '2014-04-03' as Day }); // prettier-ignore
    await book.record(caseId, opened, boat(other));
    const asked = { types: stands, questions: ['2 Survivor survivor-not-active'] };
    expect(await taken(`G;;;${caseId}`)).toEqual(asked);
    await book.record(caseId, boat(assetId));
    expect(await taken(`H;;;${caseId}`)).toEqual({ types: [...stands, 'DuplicateDeclared'], questions: [] });
    const twice = { assetId, survivorId: other, survivorCaseId: caseId, reason: 'one boat', approvedBy: 'eva' };
    await book.record(caseId, decide.DuplicateDeclared(twice));
    expect(await taken(`I;;;${caseId}`)).toEqual(asked);
  });

  it('declares no duplicate that is held of an asset that is not', async () => {
    const caseId = randomUUID() as CaseId;
    const about = { effectiveOn: '2014-04-05' as Day, assetId: caseId as string as AssetId };
    const seizing = parseMapping(
      register.replace(
        '  - name: duplicate',
        `  - name: seized
    events:
      - type: AssetSeized
        fields: { assetId: '{asset.id}', effectiveOn: '2014-04-05' }
  - name: duplicate`,
      ),
    );
    const boat = decide.AssetIdentified({ assetId: about.assetId, category: 'vessel', description: 'A boat', identifiers: [], identifiedOn: '2014-04-03' as Day, jurisdiction: 'PT' as CountryCode }); // prettier-ignore
    const opened = decide.CaseOpened({ caseId, reference: 'X', title: 'X', authority: 'X', jurisdiction: 'PT' as CountryCode, openedOn: '2014-04-03' as Day }); // prettier-ignore
    await book.record(caseId, opened, boat);
    const seized = [...stands, 'AssetSeized'];
    expect(await taken(`J;;;${caseId}`, { mapping: seizing })).toEqual({ types: seized, questions: ['2 Survivor duplicate-is-held'] }); // prettier-ignore
    await book.record(caseId, decide.AssetSeized(about));
    const both = { types: [...seized, 'DuplicateDeclared'], questions: [] };
    expect(await taken(`K;;;${caseId}`, { mapping: seizing })).toEqual(both);
    expect(await taken(`K;;;${caseId}`, { mapping: seizing })).toEqual({ types: [], questions: [] });
  });

  it('learns nothing of a case that who has it taken in may not read', async () => {
    await taken('E;;;');
    const [opened] = (await book.store.readAll(0, 100)).filter(({ type }) => type === 'CaseOpened').slice(-1);
    const { caseId } = opened?.data as { caseId: string };
    const admission: Admission = {
      ...{ team: [], standing: async () => new Set<string>(), renew: async () => undefined, admit: () => undefined },
      sees: () => false,
    };
    expect(await taken(`F;;;${caseId}`, { admission })).toEqual({ types: stands, questions: ['2 Survivor case-unknown'] }); // prettier-ignore
  });
});

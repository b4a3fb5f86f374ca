import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { roles } from '#access';
import { addressKey } from '#runtime';

import { actsOf } from '../../apps/api/src/access/acts.js';
import { controllers } from '../../apps/api/src/app.module.js';
import { ApiDocument, type Operation } from '../http/described/document.js';
import { Service } from '../http/service.js';
import { type Answered, ask, type Column, columnsOf, masked, readRows, type Rows, writeRows } from './matrix.js'; // prettier-ignore
import { admitAs, admitBarred, admitNarrow, caseFor, type Ids, nowhere, registersFor, relations, unrelated } from './relations.js'; // prettier-ignore

/** Written anew with RASTRO_WRITE_MATRIX=1; then read what changed, line by line: each is a decision. */
const PATH = fileURLToPath(new URL('./matrix.csv', import.meta.url));
const AT_ONCE = 8;
/** Routes of no controller: described nowhere, open to everybody. */
const PAGES = ['GET /openapi.json', 'GET /docs', 'GET /metrics'];
/** Opens cases that are not one's own, loudly; it is asked after all others. */
const GLASS = 'breakGlass';
/** Ends the session of who asks. */
const SIGN_OUT = 'signOut';
/** Takes its time on purpose. */
const SIGN_IN = 'signIn';
/** They are not let in, whatever they ask about: they are asked once a route. */
const OUTSIDE = ['nobody', 'barred'];

const columnsFor = (operation: Operation, who: string): readonly Column[] =>
  columnsOf(operation).slice(0, OUTSIDE.includes(who) ? 1 : undefined);

interface Asked {
  readonly operation: Operation;
  readonly who: string;
  readonly secret: string | undefined;
  readonly column: Column;
  readonly ids: Ids;
  /** What stands in the body. */
  readonly told: Ids;
}

/** For the auditor, and behind the glass, a case is there. */
const KNOWN_TO_THEM = [GLASS, 'listReaders'];
const comparable = ({ operation, who, column }: Asked): boolean =>
  (unrelated as readonly string[]).includes(column) && !KNOWN_TO_THEM.includes(operation.id) && !OUTSIDE.includes(who);

const routeOf = ({ method, path }: Operation): string => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
const cellOf = ({ operation, who, column }: Asked): string => `${routeOf(operation)} ${who} ${column}`;

describe('who may do what by which route', () => {
  const answers = new Map<string, Answered>();
  const asked: Asked[] = [];
  let service: Service;
  let document: ApiDocument;

  const idsFor = async (): Promise<Readonly<Partial<Record<Column, Ids>>>> => {
    const registers = await registersFor(service);
    const { operationId = '' } = registers;
    const people = await Promise.all(roles.map((role) => admitAs(service, role, operationId)));
    for (const [index, role] of roles.entries()) secrets.set(role, people[index]?.secret);
    secrets.set('narrow token', (await admitNarrow(service)).secret);
    secrets.set('barred', (await admitBarred(service)).secret);
    secrets.set('nobody', undefined);
    const cases: [Column, Ids][] = [];
    for (const relation of relations)
      cases.push([relation, { ...registers, ...(await caseFor(service, relation, { operationId, team: people })) }]);
    const { body } = await service.post('/v1/exports/figures', { period: '2026Q1', format: 'csv' });
    const { body: rebuild } = await service.post('/v1/rebuilds', {});
    const own = { exportId: String(body['exportId']), importId: nowhere['importId'] ?? '' };
    const byColumn: Partial<Record<Column, Ids>> = Object.fromEntries(cases);
    // Whoever is on the team of one's own sees what is named there.
    registered = { ...registers, survivorCaseId: byColumn['own']?.['caseId'] ?? '' };
    const alone = { ...nowhere, ...registers, personId: service.ana.personId, rebuildId: String(rebuild['rebuildId']) };
    return { ...byColumn, '-': alone, foreign: { ...byColumn['foreign'], ...own }, 'not-there': nowhere };
  };
  const secrets = new Map<string, string | undefined>();
  let registered: Ids = {};

  const answer = async (one: Asked): Promise<void> => {
    const { addresses } = service.book.access;
    answers.set(cellOf(one), await ask(service, document, one.operation, one));
    // A barred one's attempts are counted by address; here all come from one.
    if (one.who === 'barred') addresses.giveBack(addressKey('127.0.0.1'));
  };
  const answerAll = async (all: readonly Asked[]): Promise<void> => {
    const next = all.values();
    const some = async (): Promise<void> => {
      for (const one of next) await answer(one);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, some));
  };

  beforeAll(async () => {
    service = await Service.start();
    document = new ApiDocument((await service.get('/openapi.json')).body);
    const ids = await idsFor();
    await service.book.readModels.catchUp();
    const pages: Operation[] = PAGES.map((route) => ({ id: route, method: 'GET', path: route.slice(4), parameters: [], responses: {} })); // prettier-ignore
    for (const operation of [...document.operations, ...pages])
      for (const [who, secret] of secrets)
        for (const column of columnsFor(operation, who))
          asked.push({
            operation,
            who,
            secret,
            column,
            ids: ids[column] ?? {},
            told: { ...ids[column], ...registered },
          });
    const last = [SIGN_IN, GLASS, SIGN_OUT];
    await answerAll(asked.filter(({ operation }) => !last.includes(operation.id)));
    for (const one of last.flatMap((id) => asked.filter(({ operation }) => operation.id === id))) await answer(one);
  });
  afterAll(() => service.stop());

  const rows = (): Rows => {
    const found = new Map<string, Partial<Record<Column, string>>>();
    for (const one of asked) {
      const name = `${routeOf(one.operation)},${one.who}`;
      found.set(name, { ...found.get(name), [one.column]: answers.get(cellOf(one))?.outcome });
    }
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  };

  it('asks every live route', () => {
    const live = [...actsOf(controllers).keys()].sort();
    const described = document.operations.map(routeOf);
    expect([...described, 'GET /metrics'].sort()).toEqual(live);
  });

  it('is as written: no route is missing, none is left over', () => {
    const found = rows();
    if (process.env['RASTRO_WRITE_MATRIX']) writeRows(PATH, found);
    const known = readRows(PATH);
    expect({
      missing: [...found.keys()].filter((name) => !known.has(name)),
      leftOver: [...known.keys()].filter((name) => !found.has(name)),
    }).toEqual({ missing: [], leftOver: [] });
    for (const [name, row] of found) expect([name, row]).toEqual([name, known.get(name)]);
  });

  it('answers about a case that is not theirs as about none, to the byte', () => {
    let compared = 0;
    for (const one of asked) {
      if (!comparable(one)) continue;
      const [theirs, none] = [answers.get(cellOf(one)), answers.get(cellOf({ ...one, column: 'not-there' }))];
      if (!theirs || !none) throw new Error(`${cellOf(one)} was not asked`);
      expect([cellOf(one), masked(theirs, one.ids)]).toEqual([cellOf(one), masked(none, nowhere)]);
      expect([cellOf(one), theirs.headers['etag']]).toEqual([cellOf(one), undefined]);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(500);
  });

  it('fails nowhere', () => {
    const wrong = asked.filter((one) => answers.get(cellOf(one))?.outcome.startsWith('wrong'));
    expect(wrong.map((one) => [cellOf(one), answers.get(cellOf(one))?.text])).toEqual([]);
  });
});

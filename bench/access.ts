import { limitsOf, type Scope } from '#access';
import { caseDecider, type CaseFile, streamOf } from '#casework';
import type { CaseId } from '#core';
import { type Actor, openSqlEventStore } from '#event-store';
import { assets, caseFile, cases, liveSchema, type ReadModels } from '#read-models';
import { Lease } from '#runtime';

import { type Book, openBookOn } from '../apps/api/src/book.js';
import { readerOf } from '../apps/api/src/access/reader.js';
import { serve } from '../apps/api/src/serve.js';
import { admit, type Somebody } from './admitting.js';
import { Clients } from './clients.js';
import type { Engine } from './engine.js';
import { countries, fill, idFor } from './invented.js';
import { print, quantile, round } from './measure.js';

/** For how long somebody is known before all is read again that is known of them. */
const KNOWN_FOR_S = { embedded: 60, postgresql: 30 } as const;
const PAGE = { limit: 25 };

/** Computing time of this process with all its threads: the service, and the embedded database, but no server. Waiting is none of it. */
const millisecondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};

/** One after the other; for each, its number. */
const each = async (count: number, one: (n: number) => Promise<unknown>): Promise<void> => {
  for (let n = 0; n < count; n += 1) await one(n);
};

/** Somebody who may see and record all of it, so that a question has the same answer in their scope and without one. */
const admitted = (book: Book, n: number): Promise<Somebody> => {
  const actor = { person: `bench ${n}`, authority: 'Bench', jurisdiction: 'ES' } as Actor;
  return admit(book.access, actor, countries.map((jurisdiction) => ({ role: 'supervisor', jurisdiction }))); // prettier-ignore
};

/** Asks anew whether anything was changed, and which answers are the live ones. */
const renewing = ({ db, readModels }: Book): Promise<void> => {
  const lease = new Lease(db);
  lease.seeing({ text: liveSchema, see: (schema) => readModels.see(schema) });
  return lease.hold();
};

interface Parts {
  readonly what: string;
  /** The whole request, over HTTP. */
  request(requests: number): Promise<unknown>;
  /** What access control does of it, once somebody is known. */
  admission(secret: string, n: number): Promise<unknown>;
  /** The question in a scope; a write asks none. */
  question?(scope: Scope, n: number): Promise<unknown>;
}

type Round = Readonly<Record<'requestMs' | 'knownMs' | 'unknownMs' | 'heldMs' | 'addedMs', number>>;

/** Of each part by itself: a round in which something else had the machine counts no more than another. */
const medianOf = (rounds: readonly Round[]): Round => {
  const median = (part: keyof Round): number =>
    quantile(
      rounds.map((one) => one[part]),
      0.5,
    );
  return {
    requestMs: median('requestMs'),
    knownMs: median('knownMs'),
    unknownMs: median('unknownMs'),
    heldMs: median('heldMs'),
    addedMs: median('addedMs'),
  };
};

const WARM_UP = 20;
/** The difference of two questions is small beside each of them: they are asked so much oftener. */
const OFTEN = 4;

/** What the scope adds to a question, asked so many times: in the one order and in the other. */
const addedBy = async (
  question: NonNullable<Parts['question']>,
  scope: Scope,
  times: number,
  first: boolean,
): Promise<number> => {
  const ask = (within: Scope): Promise<number> => millisecondsOf(() => each(times, (n) => question(within, n)));
  if (first) return -(await ask('whole')) + (await ask(scope));
  return (await ask(scope)) - (await ask('whole'));
};

/**
 * Who asks once a second pays each time for the question whether anything was changed (`heldMs`), and every so often for all that
 * is known of them. The product has no switch that takes access control out, so it is measured by its parts, each against the same book and in
 * turns with whole requests: knowing who asks and what they may, and what the scope adds to the question.
 */
const measure = async (
  { what, request, admission, question }: Parts,
  book: Book,
  secret: string,
  { name, short }: Engine,
) => {
  // prettier-ignore
  const [rounds, times, fresh] = short ? [1, 16, 2] : [9, 100, 12];
  const people = await Promise.all(Array.from({ length: rounds * fresh }, (_, n) => admitted(book, n)));
  const scope = await scopeOf(book, secret);
  // Until what is measured is compiled.
  await request(WARM_UP * times);
  await each(WARM_UP * times, () => renewing(book));
  await each(WARM_UP * times, (n) => admission(secret, n));
  const rows: Round[] = [];
  for (let one = 0; one < rounds; one += 1) {
    const strangers = people.slice(one * fresh, (one + 1) * fresh);
    rows.push({
      requestMs: (await millisecondsOf(() => request(times))) / times,
      knownMs: (await millisecondsOf(() => each(times, (n) => admission(secret, n)))) / times,
      unknownMs: (await millisecondsOf(() => each(fresh, (n) => admission(strangers[n]?.secret ?? '', n)))) / fresh,
      heldMs: (await millisecondsOf(() => each(times, () => renewing(book)))) / times,
      addedMs: question ? (await addedBy(question, scope, times * OFTEN, one % 2 === 0)) / (times * OFTEN) : 0,
    });
  }
  const { requestMs, knownMs, unknownMs, heldMs, addedMs } = medianOf(rows);
  const often = knownMs + addedMs;
  const renewed = book.access.lease.alone ? 0 : heldMs;
  const seldom = often + renewed + (unknownMs - knownMs) / KNOWN_FOR_S[name];
  for (const [how, ms] of [['many requests a second', often], ['one request a second', seldom]] as const)
    print({
      what: `access control: ${what}, ${how}`, engine: name, measured: round((100 * ms) / requestMs, 1), unit: '% of the request',
      yardstick: { what: 'computing time of the whole request, in ms', measured: round(requestMs, 3) }, required: '<= 15',
    }); // prettier-ignore
};

const ASKED = { route: 'GET /v1/cases', requestId: 'bench', about: '0' };

const scopeOf = async ({ access }: Book, secret: string): Promise<Scope> => {
  const reader = await readerOf(access, secret, ASKED);
  const { roles } = await access.people.rules();
  if (!reader) throw new Error('nobody signed in');
  return limitsOf(reader.principal, roles, reader.scope.today);
};

/** What a guard and a question do: who it is, whether the route is for them, whose data they may be told. */
const asks = async ({ access }: Book, secret: string): Promise<unknown> => {
  const reader = await readerOf(access, secret, ASKED);
  return reader?.admits('consult') && reader.scope;
};

const questions = (rm: ReadModels, ids: readonly string[]) =>
  [
    ['a case', (n: number) => `/v1/cases/${ids[n]}`, (scope: Scope, n: number) => caseFile(rm, scope, ids[n] ?? '')],
    ['a page of cases', () => `/v1/cases?limit=${PAGE.limit}`, (scope: Scope) => cases(rm, scope, {}, PAGE)],
    ['a page of assets', () => `/v1/assets?limit=${PAGE.limit}`, (scope: Scope) => assets(rm, scope, {}, PAGE)],
  ] as const;

/** What it costs to know who asks and what they may, in each fact recorded and each question answered. */
export const access = async (engine: Engine): Promise<void> => {
  const opened = await engine.open();
  await fill(await openSqlEventStore(opened.db), engine.short ? 1_000 : 10_000);
  // Taking in what was recorded is no part of a request here.
  const book = await openBookOn(opened.db, { follow: 'once' });
  const serving = await serve(book, { host: '127.0.0.1', port: 0 });
  const { secret } = await admitted(book, -1);
  const clients = new Clients(serving.address, secret);
  const ids = Array.from({ length: 20 }, (_, n) => idFor('case', n));
  const file = await fileOf(book, ids[0] as CaseId);
  const record = {
    what: 'record one fact',
    request: (requests: number) => clients.identify(ids, 1, requests),
    admission: async (given: string) => {
      const reader = await readerOf(book.access, given, ASKED);
      if (reader?.admits('record')) reader.assertMayOn('record', file);
    },
  };
  await measure(record, book, secret, engine);
  for (const [what, path, question] of questions(book.readModels, ids)) {
    const paths = ids.map((_, n) => path(n));
    const request = (requests: number) => clients.ask(paths, 1, requests);
    const admission = (given: string) => asks(book, given);
    const one = (scope: Scope, n: number): Promise<unknown> => question(scope, n % ids.length);
    await measure({ what, request, admission, question: one }, book, secret, engine);
  }
  await serving.stop();
  await book.close();
  await opened.drop();
};

const fileOf = async (book: Book, caseId: CaseId): Promise<CaseFile> =>
  (await book.recorder.read(streamOf.case(caseId), caseDecider)).state;

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { Outcome } from '#intake';

import { Book } from '../support/book.js';
import { type Cells, rowOf, take, textOf, write } from './register.js';

let folder: string;
let book: Book;
let round = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rastro-intake-'));
  book = await Book.open();
});
afterAll(async () => {
  await book.close();
  await rm(folder, { recursive: true, force: true });
});

const someRow: fc.Arbitrary<Cells> = fc.record({
  Docket: fc.constantFrom('A', 'B', 'C', ''),
  Report: fc.constantFrom('R', ''),
  Seen: fc.constantFrom('2012-02-29', '03/04/2014', '2014-05-06', '2013-02-29', '1999-01-01', ''),
  Taken: fc.constantFrom('', '2014-05-06', '2013-01-01', '06/05/2030', 'soon'),
  What: fc.constantFrom('boat', 'car', 'café', 'gem', 'crew', 'fog', ''),
  Worth: fc.constantFrom('', '5 EUR', '1.000,25 €', '7', '1,5 JPY', '0 EUR'),
});

/** Rows of one register. Each round has dockets of its own; some assets come twice. */
const someRows = fc
  .array(fc.tuple(someRow, fc.nat({ max: 9 })), { maxLength: 25 })
  .map((drawn) => drawn.map(([cells, twin], index) => ({ ...cells, Item: String(twin === 0 ? 0 : index + 1) })));

const inRound = (rows: readonly Cells[], number: number): string[][] =>
  rows.map(({ Docket, Report, ...cells }) =>
    rowOf({ ...cells, Docket: Docket ? `${Docket}-${number}` : '', Report: Report ? `${Report}-${number}` : '' }),
  );

const counts = ({ seconds: _, ...counted }: Outcome): object => counted;
const balance = ({ recorded, alreadyRecorded, questioned }: Outcome): number => recorded + alreadyRecorded + questioned;
/** An asset of several rows is one question among them: which row tells it is up to who reads the question. */
const once = (rows: readonly Cells[]): Cells[] => rows.filter(({ Item }) => Item !== '0');

describe('whatever the rows say', () => {
  it('each is recorded, recorded before, or questioned; a dry run tells the same and writes nothing', () =>
    fc.assert(
      fc.asyncProperty(someRows, async (rows) => {
        const file = await write(folder, textOf(inRound(rows, (round += 1))));
        const before = await book.store.head();
        const tried = await take(book, file, { dryRun: true });
        expect(await book.store.head()).toBe(before);
        const done = await take(book, file);
        expect(counts(done)).toEqual(counts(tried));
        expect(balance(done)).toBe(rows.length);
        expect((await book.store.head()) - before).toBe(done.events);
      }),
      { numRuns: 40 },
    ));

  it('importing again, or any part of it in any order, adds nothing', () =>
    fc.assert(
      fc.asyncProperty(someRows, fc.infiniteStream(fc.nat()), fc.nat(), async (drawn, order, part) => {
        const rows = once(drawn);
        const lines = inRound(rows, (round += 1));
        const first = await take(book, await write(folder, textOf(lines)));
        const head = await book.store.head();
        const shuffled = lines
          .map((line) => ({ line, at: order.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ line }) => line);
        const some = await take(book, await write(folder, textOf(shuffled.slice(0, part % (lines.length + 1)))));
        const again = await take(book, await write(folder, textOf(shuffled)));
        for (const outcome of [some, again]) expect(outcome).toMatchObject({ recorded: 0, events: 0 });
        expect(again).toMatchObject({ alreadyRecorded: first.recorded, questioned: first.questioned });
        expect(again.assets).toBe(first.assets);
        expect(await book.store.head()).toBe(head);
      }),
      { numRuns: 40 },
    ));

  it('in two halves they come to the same as in one', () =>
    fc.assert(
      fc.asyncProperty(someRows, fc.nat(), async (drawn, cut) => {
        const rows = once(drawn);
        const at = cut % (rows.length + 1);
        const whole = await take(book, await write(folder, textOf(inRound(rows, (round += 1)))));
        const lines = inRound(rows, (round += 1));
        const one = await take(book, await write(folder, textOf(lines.slice(0, at))));
        const other = await take(book, await write(folder, textOf(lines.slice(at))));
        expect(one.recorded + other.recorded).toBe(whole.recorded);
        expect(one.events + other.events).toBe(whole.events);
        expect(one.questioned + other.questioned).toBe(whole.questioned);
      }),
      { numRuns: 20 },
    ));
});

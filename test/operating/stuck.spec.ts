import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openSqlEventStore, seal, GENESIS } from '#event-store';
import { openEmbedded } from '#runtime';

import { metadata } from '../contracts/events.js';
import { rastro, type Told } from '../support/rastro.js';

const SLOW_MS = 240_000;
const ana = ['--authority', 'Court 3', '--jurisdiction', 'ES', '--role', 'investigator:ES'];

describe('a log with an event that nobody can take in', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rastro-stuck-'));
  const asked = (...words: string[]): Promise<Told> => rastro({ RASTRO_DATA: folder }, ...words);
  /** In a case that was never opened. */
  const id = randomUUID();
  let position: number;

  beforeAll(async () => {
    expect(await asked('people', 'admit', 'ana', ...ana)).toMatchObject({ code: 0 });
    expect(await asked('people', 'list')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"ana"') as unknown,
    });
    const db = await openEmbedded(folder);
    const store = await openSqlEventStore(db);
    const stream = `case-${randomUUID()}`;
    const data = { assetId: randomUUID(), effectiveOn: '2026-02-01' };
    const event = seal(stream, 0, { id: id as never, type: 'AssetSeized', version: 1, data }, metadata, GENESIS);
    await store.append({ stream, expectedRevision: -1, events: [event] });
    position = await store.head();
    await db.close();
  }, SLOW_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it(
    'is no hindrance to taking back what somebody may, to the rules, the jobs and the log of who looked',
    async () => {
      for (const words of [
        ['people', 'revoke', 'ana', '--role', 'investigator:ES', '--reason', 'moved'],
        ['people', 'bar', 'ana', '--reason', 'left'],
        ['rules'],
        ['access-log', 'verify'],
      ])
        // prettier-ignore
        expect([words, await asked(...words)]).toEqual([words, expect.objectContaining({ code: 0, stderr: '' })]);
      const stands = { code: 0, stderr: expect.stringMatching(new RegExp(`^The answers stand at position \\d+: event ${id}`)) as unknown }; // prettier-ignore
      for (const words of [['people', 'list'], ['jobs'], ['people', 'admit', 'eva', ...ana]])
        expect([words, await asked(...words)]).toEqual([words, expect.objectContaining(stands)]);
    },
    SLOW_MS,
  );

  it(
    'is named in one line by whoever needs answers up to the end',
    async () => {
      const { code, stderr } = await asked('export', 'figures', '--quarter', '2026Q1');
      const lines = stderr.trim().split('\n').filter((line) => !line.endsWith('events/s')); // prettier-ignore
      expect([code, lines]).toEqual([1, [expect.stringContaining(`The answers cannot go on: event ${id}`)]]);
    },
    SLOW_MS,
  );

  it(
    'is named by whoever verifies the book, after the chains',
    async () => {
      const { code, stdout, stderr } = await asked('verify');
      const [chains, ...rest] = stdout.trim().split('\n');
      expect([code, chains]).toEqual([1, expect.stringMatching(/^Chains: \d+ events in \d+ streams, 0 wrong$/)]);
      expect(rest.at(-1)).toMatch(`Read models: event ${id} at position ${position} (AssetSeized in case-`);
      expect(stdout + stderr).not.toMatch(/^ +at /m);
    },
    SLOW_MS,
  );
});

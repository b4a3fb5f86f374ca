import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { openSqlEventStore } from '#event-store';
import { verifyChains } from '#evidence';
import type { Outcome } from '#intake';
import { openEmbedded } from '#runtime';
import { openBook } from '../../apps/standalone/src/book.js';

const CASES = 3_000;
const mapping = `name: sheds
version: 1
file: { encoding: utf-8, delimiter: ',' }
columns: [Docket, Seen]
days: [YYYY-MM-DD]
case:
  key: ['{Docket}']
  fields: { reference: '{case.key}', title: Shed, authority: Customs, jurisdiction: PT, openedOn: { day: Seen } }
asset: { key: ['{Docket}'] }
facts:
  - name: seen
    events:
      - type: AssetIdentified
        fields: { assetId: '{asset.id}', category: goods, description: Shed, identifiers: [], jurisdiction: PT, identifiedOn: { day: Seen } }
  - name: taken
    events: [{ type: AssetSeized, fields: { assetId: '{asset.id}', effectiveOn: { day: Seen }, power: conviction-based } }]
`;

let folder: string;
const main = 'dist/apps/cli/src/main.js';
const asked = (...more: string[]): string[] => [
  main,
  'import',
  join(folder, 'sheds.csv'),
  '--mapping',
  join(folder, 'sheds.yaml'),
  ...more,
];
const settings = () => ({ ...process.env, RASTRO_DATA: join(folder, 'book'), NODE_OPTIONS: '' });
const rastro = async (...more: string[]): Promise<Outcome> => {
  const { stdout } = await promisify(execFile)('node', asked(...more), { env: settings() });
  return JSON.parse(stdout) as Outcome;
};

/** Resolves when the process says on stderr that so many rows are done. */
const until = (child: ChildProcess, rows: number): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('it ended before it could be killed')));
    child.stderr?.on('data', (text: Buffer) => {
      if (Number(/(\d+) of \d+ rows/.exec(text.toString())?.[1] ?? 0) >= rows) resolve();
    });
  });

beforeAll(() => void execFileSync('node', ['scripts/build.mjs']));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rastro-killed-'));
  await writeFile(join(folder, 'sheds.yaml'), mapping);
  const rows = Array.from({ length: CASES }, (_, n) => `S${n},2014-05-06`);
  await writeFile(join(folder, 'sheds.csv'), `Docket,Seen\n${rows.join('\n')}\n`);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('an import from the command line', () => {
  const tried = { rows: CASES, recorded: CASES, events: 3 * CASES };

  it('that is only tried where no book is makes none, and says so', async () => {
    const { stdout, stderr } = await promisify(execFile)('node', asked('--dry-run'), { env: settings() });
    expect(JSON.parse(stdout)).toMatchObject(tried);
    expect(stderr).toContain(`Nothing stands in ${join(folder, 'book')} yet: tried in memory, and nothing is kept.`);
    expect(existsSync(join(folder, 'book'))).toBe(false);
  });

  it('that is only tried in a book records nothing there, no rates either', async () => {
    const headOf = async (): Promise<number> => {
      const db = await openEmbedded(join(folder, 'book'));
      const store = await openSqlEventStore(db);
      return store.head().finally(() => db.close());
    };
    const head = await headOf();
    const { stdout, stderr } = await promisify(execFile)('node', asked('--dry-run'), { env: settings() });
    expect(JSON.parse(stdout)).toMatchObject(tried);
    expect(stderr).toContain('Nothing was recorded: told is what an import would record.');
    expect(await headOf()).toBe(head);
  });

  it('that is killed goes on where it was, and comes to the same', async () => {
    const child = spawn('node', asked(), { env: settings(), stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    await until(child, 100);
    child.kill('SIGKILL');
    await ended;

    const questions = join(folder, 'questions.csv');
    const { recorded, alreadyRecorded, assets } = await rastro('--questions', questions);
    expect(alreadyRecorded).toBeGreaterThan(0);
    expect(recorded).toBeGreaterThan(0);
    expect([recorded + alreadyRecorded, assets]).toEqual([CASES, CASES]);
    expect(await readFile(questions, 'utf8')).toBe('row,column,code,reason,original\r\n');
    expect(await rastro()).toMatchObject({ recorded: 0, alreadyRecorded: CASES, events: 0 });

    const book = await openBook({ data: join(folder, 'book') }, { follow: 'once' });
    try {
      const { flaws } = await verifyChains(book.store);
      const [count] = await book.db.query<{ n: string }>(
        "select count(*) as n from log.events where stream like 'case-%'",
      );
      expect([flaws, Number(count?.n)]).toEqual([[], 3 * CASES]);
      expect((await book.readModels.verify()).differences).toEqual([]);
    } finally {
      await book.close();
    }
  }, 300_000);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { rastro, startRastro, type Told, toldBy } from '../support/rastro.js';

const SLOW_MS = 120_000;
const mapping = 'libs/intake/mappings/cook-county.yaml';

describe('an operator who errs', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  const asked = (...words: string[]): Promise<Told> => rastro({ RASTRO_DATA: at('data') }, ...words);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rastro-mistakes-'));
    await writeFile(at('register.csv'), 'a register');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([['--dry-run'], ['--questions', 'questions.csv']])(
    'asks no reporter to take in a register with %s',
    async (...more) => {
      const { code, stderr } = await asked('import', at('register.csv'), '--mapping', mapping, '--queue', ...more);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining(`'--queue' cannot be used with option '${more[0]}`) as unknown,
      });
    },
    SLOW_MS,
  );

  it.each<[string, Record<string, string>, string[], string]>([
    ['names a folder for a mapping', {}, ['import', 'x.csv', '--mapping', '.'], 'A file that was named is a folder.'],
    ['keeps a book below a file', { RASTRO_DATA: 'package.json/data' }, ['migrate'], 'lies below what is no folder'],
    ['keeps a book in a file', { RASTRO_DATA: 'package.json' }, ['migrate'], 'package.json is there already.'],
    [
      'asks an event store that is not there',
      { EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false' },
      ['migrate'],
      'EVENTSTORE_URL',
    ],
    ['verifies a book that is not there', { RASTRO_DATA: 'no-such-folder' }, ['verify'], '(book-absent)'],
    [
      'asks figures of none',
      { RASTRO_DATA: 'no-such-folder' },
      ['export', 'figures', '--quarter', '2016Q3'],
      '(book-absent)',
    ],
    ['has no room for a file', {}, ['export', 'figures', '--quarter', '2016Q3', '--out', '/dev/full'], 'finds no room'],
    [
      'asks figures as known at a position to come',
      {},
      ['export', 'figures', '--quarter', '2016Q3', '--as-of', '99999999'],
      'what comes later is not known. (position-unknown)',
    ],
    [
      'asks figures as known at a moment to come',
      {},
      ['export', 'figures', '--quarter', '2016Q3', '--as-of', '2999-01-01T00:00:00Z'],
      'What comes later than now is not known. (position-unknown)',
    ],
    ['tries again in no queue', {}, ['jobs', 'retry', 'nope', 'x'], '(queue-unknown)'],
  ])(
    '%s is told so in one line',
    async (_, env, words, said) => {
      const { code, stderr } = await rastro({ RASTRO_DATA: at('data'), ...env }, ...words);
      const lines = stderr
        .trim()
        .split('\n')
        .filter((line) => !line.endsWith('events/s'));
      expect([code, lines]).toEqual([2, [expect.stringContaining(said)]]);
    },
    SLOW_MS,
  );

  it(
    'is told by the code that nothing was tried again',
    async () => {
      expect(await asked('jobs', 'retry', 'imports', 'x')).toMatchObject({ code: 1 });
    },
    SLOW_MS,
  );

  it(
    'may read no more than the first line',
    async () => {
      const child = startRastro({ RASTRO_DATA: at('data') }, 'verify');
      child.stdout?.destroy();
      expect(await toldBy(child)).toMatchObject({ code: 0, stderr: expect.not.stringContaining('EPIPE') as unknown });
    },
    SLOW_MS,
  );
});

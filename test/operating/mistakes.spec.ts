import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { rastro, type Told } from '../support/rastro.js';

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
});

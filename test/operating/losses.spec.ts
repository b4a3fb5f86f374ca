import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { decide } from '#casework';
import type { CaseId } from '#core';
import { openEmbedded } from '#runtime';

import { diagnose } from '../../apps/cli/src/doctor.js';
import { Book } from '../support/book.js';
import { rastro } from '../support/rastro.js';

const SLOW_MS = 120_000;
const opened = { reference: '1/2026', title: 'A case', authority: 'Court', jurisdiction: 'ES', openedOn: '2026-01-10' };

describe('a log that was cut off', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rastro-losses-'));
  const env = { RASTRO_DATA: folder };

  /** A book of three cases, of which the log holds two. */
  beforeAll(async () => {
    const book = await Book.open(await openEmbedded(folder));
    for (let count = 0; count < 3; count += 1) {
      const caseId = crypto.randomUUID() as CaseId;
      await book.record(caseId, decide.CaseOpened({ caseId, ...opened } as never));
    }
    await book.readModels.catchUp();
    await book.db.query('delete from log.events where position = 3');
    await book.close();
  }, SLOW_MS);
  afterAll(() => rmSync(folder, { recursive: true }));

  const findings = async (): Promise<string | undefined> =>
    (await diagnose(env)).find(({ name }) => name === 'losses')?.state;

  it(
    'is told by every check, until somebody says that it is known',
    async () => {
      const lost = expect.stringMatching(/lost: case-\S+ revision 0, position 3, hash [0-9a-f]{64}: noticed \S+Z\n/);
      for (const asked of ['verify', 'verify', 'losses']) {
        const { code, stdout } = await rastro(env, asked);
        expect([code, stdout]).toEqual([1, lost]);
      }
      expect(await findings()).toBe('wrong');
      const accepted = await rastro(env, 'losses', '--accept');
      expect([accepted.code, accepted.stdout]).toEqual([0, expect.stringMatching(/; known since \S+Z\n/)]);
      const { code, stdout } = await rastro(env, 'verify');
      expect([code, stdout]).toEqual([
        0,
        expect.stringContaining('Log: ended once before what the answers had taken in'),
      ]);
      expect(await findings()).toBe('ok');
    },
    SLOW_MS,
  );
});

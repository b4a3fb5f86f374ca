import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openSqlEventStore } from '#event-store';
import { openEmbedded } from '#runtime';

import { diagnose } from '../../apps/cli/src/doctor.js';
import { AppProcess } from '../processes/process.js';
import { freePort } from '../support/free-port.js';
import { rastro } from '../support/rastro.js';

const SLOW_MS = 120_000;

describe('an address at which nothing answers, or that cannot be read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rastro-addresses-'));
  let silent: string;
  beforeAll(async () => {
    silent = `127.0.0.1:${await freePort()}`;
    const db = await openEmbedded(folder, { durable: false });
    await openSqlEventStore(db);
    await db.close();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it(
    'is told with the reason and what to do, by commands, processes and the doctor',
    async () => {
      const env = { DATABASE_URL: `postgresql://u@${silent}/x` };
      const line = `The database does not answer: connect ECONNREFUSED ${silent}. Start the server, or mend DATABASE_URL. (storage-unreachable)`;
      expect(await rastro(env, 'people', 'list')).toEqual({ code: 2, stdout: '', stderr: `${line}\n` });
      await expect(AppProcess.start('api', env)).rejects.toThrow(line);
      const found = (await diagnose(env)).find(({ name }) => name === 'database');
      expect(found).toMatchObject({ state: 'wrong', says: `it does not answer: connect ECONNREFUSED ${silent}`, mend: 'Start the server, or mend DATABASE_URL.' }); // prettier-ignore
    },
    SLOW_MS,
  );

  it.each([
    ['postgresql://u:SECRET#x@host/x', /^--to: it cannot be read.* percent-encoded/],
    ['postgresql://u:SECRET@host:99999/x', /^--to: it cannot be read/],
    ['esdb://u:12?SECRET@host:2113', /^--to: signs such as .* percent-encoded/],
    ['esdb://127.0.0.1:1?tls=false', /^Look at --to: /],
    ['postgresql://u@SILENT/x', /^The database of --to does not answer: connect ECONNREFUSED .*mend --to/],
  ])(
    'is blamed on the option that gave it: %s',
    async (url, line) => {
      const env = { RASTRO_DATA: folder };
      const { code, stderr } = await rastro(env, 'move', '--to', url.replace('SILENT', silent));
      expect([code, stderr.trim().split('\n')]).toEqual([2, [expect.stringMatching(line)]]);
      expect(stderr).not.toMatch(/SECRET|_URL/);
    },
    SLOW_MS,
  );
});

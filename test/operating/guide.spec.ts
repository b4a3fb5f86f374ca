import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openSqlEventStore } from '#event-store';
import { openEmbedded } from '#runtime';

import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';

const [, script = ''] = /^```sh\n(.*?)^```$/ms.exec(readFileSync('docs/operating.md', 'utf8')) ?? [];

/** `rastro` of the guide, from the sources; what `doctor` tells goes to a file of its own. */
const as = (folder: string): string => `rastro() {
  (cd ${resolve('.')} && DATABASE_URL_FILE=\${DATABASE_URL_FILE:+${folder}/$DATABASE_URL_FILE} \\
    ${process.execPath} --import ./test/support/typescript.mjs apps/cli/src/main.ts $(echo "$@" | sed 's#new-book.url#${folder}/new-book.url#'))
}
`;

if (noServer) describe.skip(`the operating guide: ${noServer}`, () => it('is run', () => undefined));
else
  describe('the operating guide', () => {
    let folder: string;
    let server: PostgresServer;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'rastro-guide-'));
      server = await startPostgres();
      writeFileSync(join(folder, 'new-book.url'), server.url, { mode: 0o600 });
      const db = await openEmbedded(join(folder, 'book'), { durable: false });
      await openSqlEventStore(db);
      await db.close();
    }, 300_000);
    afterAll(async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('moves a book to a server, sets it up and verifies it', async () => {
      const env = { PATH: process.env['PATH'], RASTRO_DATA: join(folder, 'book') };
      const { stdout } = await promisify(execFile)('bash', ['-euc', as(folder) + script], { cwd: folder, env }).catch(
        (error: unknown) => error as { stdout: string; stderr: string },
      );
      expect(script.split('\n').filter((line) => line.startsWith('rastro '))).toHaveLength(4);
      expect(
        script
          .trim()
          .split('\n')
          .slice(0, -1)
          .filter((line) => !line.endsWith(' &&')),
      ).toEqual([]);
      expect(stdout).toMatch(
        /"difference": null[^]*is set up[^]*Chains: \d+ events in \d+ streams, 0 wrong[^]*0 differ/,
      );
    }, 300_000);
  });

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { AppProcess } from '../processes/process.js';
import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';
import { rastro } from '../support/rastro.js';

const SLOW_MS = 300_000;

if (noServer) describe.skip(`the first start of a server: ${noServer}`, () => it('is tried', () => undefined));
else
  describe('the first start of a server', () => {
    let folder: string;
    let server: PostgresServer;
    let env: Record<string, string>;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'rastro-first-'));
      server = await startPostgres();
      env = { RASTRO_DATA: folder, DATABASE_URL: server.url };
    }, SLOW_MS);
    afterAll(async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it(
      'waits for what is to be set up, then one of the processes prints a secret, which its log does not hold',
      async () => {
        await expect(AppProcess.start('api', env)).rejects.toThrow('rastro migrate');
        expect(await rastro(env, 'migrate')).toMatchObject({ code: 0 });
        const apis = await Promise.all([AppProcess.start('api', env), AppProcess.start('api', env)]);
        const secrets = apis.flatMap(({ said }) => said.match(/rastro_u_[\w-]{43}/g) ?? []);
        const logged = apis.flatMap(({ said }) => said.split('\n').filter((line) => line.startsWith('{')));
        for (const api of apis) await api.end();
        expect(secrets).toHaveLength(1);
        expect(logged.filter((line) => line.includes('rastro_u_'))).toEqual([]);
        const listed = await rastro(env, 'people', 'list');
        expect(JSON.parse(listed.stdout)).toMatchObject({ name: 'admin', grants: [{ role: 'administrator' }] });
      },
      SLOW_MS,
    );
  });

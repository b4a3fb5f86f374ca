import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type BookDatabase, openServer } from '#runtime';

import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';
import { rastro, type Told } from '../support/rastro.js';

const SLOW_MS = 240_000;

if (noServer) describe.skip(`an older book on a server: ${noServer}`, () => it('is left', () => undefined));
else
  describe('what is missing on a server, or made by an older program', () => {
    let server: PostgresServer;
    let db: BookDatabase;
    beforeAll(async () => {
      server = await startPostgres();
      db = await openServer(server.url);
    });
    afterAll(async () => {
      await db.close();
      await server.stop();
    });
    const asked = (...words: string[]): Promise<Told> => rastro({ DATABASE_URL: server.url }, ...words);
    const refused = { code: 2, stderr: expect.stringContaining('(schema-older)') as unknown };
    const COMMANDS = [['verify'], ['people', 'list'], ['rules'], ['jobs'], ['access-log', 'verify'], ['rebuild', '--queue'], ['seed']]; // prettier-ignore

    it(
      'is made by `migrate` and, where there is nothing at all, by whoever takes in facts',
      async () => {
        for (const words of [['people', 'list'], ['rules'], ['rebuild']])
          expect([words, await asked(...words)]).toEqual([words, expect.objectContaining(refused)]);
        const made = `select to_regclass('log.events') is not null or to_regclass('read.current') is not null as made`;
        expect(await db.query(made)).toEqual([{ made: false }]);
        expect(await asked('seed')).toMatchObject({ code: 0 });
        expect(await asked('verify')).toMatchObject({ code: 0 });
        expect(await asked('migrate')).toMatchObject({ code: 0 });
      },
      SLOW_MS,
    );

    it.each([
      ['log', 'update log.made_by set version = version - 1', 'select version from log.made_by'],
      ['answers', 'update read.current set made_by = made_by - 1', 'select schema, made_by from read.current'],
    ])(
      'is brought up by `migrate` alone: %s',
      async (_, age, look) => {
        const before = await db.query(look);
        await db.execute(age);
        const older = await db.query(look);
        for (const words of COMMANDS)
          expect([words, await asked(...words)]).toEqual([words, expect.objectContaining(refused)]);
        expect(await db.query(look)).toEqual(older);
        expect(await asked('migrate')).toMatchObject({ code: 0 });
        expect(Object.values((await db.query(look))[0] ?? {}).at(-1)).toEqual(Object.values(before[0] ?? {}).at(-1));
        expect(await asked('verify')).toMatchObject({ code: 0 });
      },
      SLOW_MS,
    );
  });

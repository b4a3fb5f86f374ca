import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { assertDurable, durabilityOf, openEmbedded, openServer } from '#runtime';

import { noPrivateServer, type PostgresServer, startPrivatePostgres } from '../support/postgres.js';

it('an embedded book is durable', async () => {
  const db = await openEmbedded('memory', { durable: false });
  expect(await durabilityOf(db)).toMatchObject({ synchronous_commit: 'on' });
  await db.close();
});

if (noPrivateServer) describe.skip(`a server that loses: ${noPrivateServer}`, () => it('is refused', () => undefined));
else
  describe.each([
    [[], undefined],
    [['fsync=off'], ['fsync']],
    [['synchronous_commit=off'], undefined],
  ])('a server with %j', (settings, off) => {
    let server: PostgresServer;
    beforeAll(async () => void (server = await startPrivatePostgres(undefined, settings)));
    afterAll(() => server.stop());

    it(off ? 'is refused' : 'is taken, since each session asks for what it needs', async () => {
      const db = await openServer(server.url);
      const asking = assertDurable(db);
      if (off) await expect(asking).rejects.toMatchObject({ code: 'storage-not-durable', detail: { off } });
      else await asking;
      await db.close();
    });

    it('is refused where the session cannot have it', async () => {
      const db = await openServer(server.url);
      const asking = db.transaction(async (sql) => {
        await sql.query('set local synchronous_commit = off');
        await assertDurable(sql);
      });
      await expect(asking).rejects.toMatchObject({ detail: { off: [...(off ?? []), 'synchronous_commit'] } });
      await db.close();
    });
  });

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { caseDecider, type CaseFile, decide as decideCase, type Known, publishRates, ratesDecider, streamOf } from '#casework'; // prettier-ignore
import type { CaseId } from '#core';
import { type Decision, openSqlEventStore, Recorder } from '#event-store';
import { verifyChains } from '#evidence';
import { shippedEcbRates } from '#intake';
import { losses, noteLoss, ReadModels } from '#read-models';
import { openEmbedded, openServer, openToRead, readSettings } from '#runtime';

import { openBookOn } from '../../apps/api/src/book.js';
import { diagnose } from '../../apps/cli/src/doctor.js';
import { moveBook } from '../../apps/cli/src/move.js';
import { openSource, openTarget } from '../../apps/cli/src/places.js';
import { program } from '../../apps/cli/src/program.js';
import { appendOf } from '../contracts/events.js';
import { clerk } from '../support/book.js';
import { holdLock } from '../support/holding.js';
import {
  noPrivateServer,
  noServer,
  type PostgresServer,
  startPostgres,
  startPrivatePostgres,
} from '../support/postgres.js';
import { rastro, startRastro, toldBy } from '../support/rastro.js';
import { until } from '../support/until.js';

const CASES = 3_000;
/** A lock at which the server stands still in the middle of a batch, so that the move is killed just there. */
const STOP = 4_711;

type Told = Awaited<ReturnType<typeof moveBook>>['told'];

const commandOf = (commandId: string) => ({ actor: clerk, commandId, commandHash: '0', expected: 'any' as const });

const openCase = (recorder: Recorder): Promise<unknown> => {
  const caseId = crypto.randomUUID() as CaseId;
  const told = { reference: '1/2026', title: 'A case', authority: 'Court', jurisdiction: 'ES', openedOn: '2026-01-10' };
  const known: Known = { rate: () => undefined };
  const decide: Decision<CaseFile> = (file) => decideCase.CaseOpened({ caseId, ...told } as never)(file, known);
  return recorder.record(streamOf.case(caseId), caseDecider, [decide], commandOf(caseId));
};

/** An embedded log with the rates that ship and many cases. @returns how many events it holds. */
const writeBook = async (data: string): Promise<number> => {
  const db = await openEmbedded(data, { durable: false });
  const store = await openSqlEventStore(db);
  const recorder = new Recorder(store, { now: () => new Date() });
  const rates = [...shippedEcbRates()].map(publishRates);
  await recorder.record(streamOf.rates('ECB'), ratesDecider, rates, commandOf('rates'));
  await Promise.all(Array.from({ length: CASES }, () => openCase(recorder)));
  const head = await store.head();
  await db.close();
  return head;
};

if (noServer) describe.skip(`moving a book to a server: ${noServer}`, () => it('is tested', () => undefined));
else
  describe('a book that is moved to a server', () => {
    let folder: string;
    let server: PostgresServer;
    let events: number;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rastro-moving-'));
      [server, events] = await Promise.all([startPostgres(), writeBook(join(folder, 'book'))]);
    }, 300_000);
    afterAll(async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const unfinished = { code: 2, stderr: expect.stringContaining('(move-unfinished)') as unknown };
    const env = () => ({ RASTRO_DATA: join(folder, 'book') });
    const newDatabase = async (name: string): Promise<string> => {
      const db = await openServer(server.url);
      await db.execute(`create database ${name}`);
      await db.close();
      return server.url.replace(/\/[^/]*$/, `/${name}`);
    };
    const moved = async (url: string): Promise<Told> => {
      const { code, stdout, stderr } = await rastro(env(), 'move', '--to', url);
      if (code !== 0) throw new Error(`it ended with ${code}: ${stdout}${stderr}`);
      return JSON.parse(stdout) as Told;
    };
    /** In this process: how it is put together is seen above. */
    const movedHere = async (url: string): Promise<Told> => {
      const from = await openSource(readSettings(env()));
      try {
        const to = await openTarget(url);
        return (await moveBook(from, to).finally(() => to.close())).told;
      } finally {
        await from.close();
      }
    };

    it('goes on after each kill, ends as the same book, and moving again adds nothing', async () => {
      const url = await newDatabase('killed');
      const db = await openServer(url);
      await openSqlEventStore(db);
      await db.execute(
        `create function wait() returns trigger as $$ begin perform pg_advisory_xact_lock_shared(${STOP}); return new; end $$ language plpgsql`,
      );
      const waits = `select 1 from pg_locks where locktype = 'advisory' and objid = ${STOP} and not granted`;
      const reached: string[] = [];
      for (const position of [4_500, 8_500]) {
        await db.execute(
          `create or replace trigger stop before insert on log.events for each row when (new.position = ${position}) execute function wait()`,
        );
        const held = await holdLock(url, STOP);
        const child = startRastro(env(), 'move', '--to', url);
        const told = toldBy(child);
        await until(() => db.query(waits), ({ length }) => length > 0, 60_000); // prettier-ignore
        child.kill('SIGKILL');
        expect((await told).code).toBeNull();
        await held.release();
        expect(await rastro({ DATABASE_URL: url }, 'migrate')).toMatchObject(unfinished);
        for (const create of [true, false])
          await expect(openSqlEventStore(db, { create })).rejects.toMatchObject({ code: 'move-unfinished' });
        const [row] = await db.query<{ count: string }>('select count(*) as count from log.events');
        reached.push(row?.count ?? '');
      }
      expect(reached).toEqual(['4000', '8000']);
      const found = (await diagnose({ DATABASE_URL: url })).find(({ name }) => name === 'schema of the log');
      expect(found).toMatchObject({ state: 'wrong', mend: 'Start `rastro move` again.' });
      await db.execute('drop trigger stop on log.events');

      const { already, moved: more, verification, readModels } = await moved(url);
      expect([already, already + more]).toEqual([8_000, events]);
      expect(verification).toMatchObject({ alike: events, flaws: [], difference: null });
      expect(verification.source).toEqual(verification.target);
      expect(verification.target).toMatchObject({ rates: { streams: 1 }, case: { streams: CASES } });
      expect(readModels).toEqual({ position: events, head: events });
      expect(await moved(url)).toMatchObject({ already: events, moved: 0, verification: { alike: events } });

      const [source, target] = await Promise.all([openSource(readSettings(env())), openBookOn(db, { follow: 'once' })]);
      const [original, copy] = await Promise.all([source, target].map(({ store }) => store.readAll(0, events + 1)));
      expect(copy).toEqual(original);
      expect((await verifyChains(target.store)).flaws).toEqual([]);
      expect((await target.readModels.verify()).differences).toEqual([]);
      await Promise.all([source.close(), target.close()]);
    }, 300_000);

    it('is a part of one from the moment its target is made', async () => {
      const url = await newDatabase('begun');
      await (await openTarget(url)).close();
      expect(await rastro({ DATABASE_URL: url }, 'migrate')).toMatchObject(unfinished);
      await movedHere(url);
      expect(await rastro({ DATABASE_URL: url }, 'migrate')).toMatchObject({ code: 0 });
    }, 120_000);

    it('is whole at the target though a chain of it is broken', async () => {
      const source = join(folder, 'flawed');
      const db = await openEmbedded(source, { durable: false });
      await (await openSqlEventStore(db)).append(appendOf('case-flawed'));
      await db.execute(`update log.events set data = '{"altered": true}'`);
      await db.close();
      const url = await newDatabase('flawed');
      expect(await rastro({ RASTRO_DATA: source }, 'move', '--to', url)).toMatchObject({ code: 1 });
      const target = await openServer(url);
      expect(await (await openSqlEventStore(target)).head()).toBe(1);
      await target.close();
    }, 120_000);

    it('is not changed itself, whatever it is asked', async () => {
      const counts = async (): Promise<unknown> => {
        const db = await openToRead({ data: join(folder, 'book') });
        const tables = await db.query<{ name: string }>(`select c.oid::regclass::text as name from pg_class c
          join pg_namespace s on s.oid = c.relnamespace where c.relkind = 'r' and s.nspname ~ '^(log|read)' order by 1`);
        const texts = tables.map(({ name }) => `(select count(*) from ${name}) as "${name}"`);
        const found = await db.query(`select ${texts.join(', ')}`);
        await expect(db.query('delete from log.events')).rejects.toThrow('read-only');
        await db.close();
        return found;
      };
      const before = await counts();
      expect(await movedHere(await newDatabase('unchanged'))).toMatchObject({ already: 0, moved: events });
      expect(await counts()).toEqual(before);
    }, 120_000);

    it('is refused by a target that holds another one, which is named and left as it is', async () => {
      const url = await newDatabase('taken');
      const db = await openServer(url);
      const append = appendOf('case-of-somebody-else');
      const eventId = append.events[0]?.id;
      await (await openSqlEventStore(db)).append(append);
      const detail = { stream: 'case-of-somebody-else', revision: 0, position: 1, eventId };
      await expect(movedHere(url)).rejects.toMatchObject({ code: 'target-differs', detail });
      expect(await (await openSqlEventStore(db)).head()).toBe(1);
      await db.close();
    }, 120_000);

    it('is refused by a copy that was written to since', async () => {
      const url = await newDatabase('grown');
      await movedHere(url);
      const db = await openServer(url);
      await (await openSqlEventStore(db)).append(appendOf('case-new'));
      await db.close();
      const detail = { stream: 'case-new', position: events + 1 };
      await expect(movedHere(url)).rejects.toMatchObject({ code: 'target-differs', detail });
    }, 120_000);

    it('goes to a place that a file names, not to itself, and not to what is no database', async () => {
      const file = join(folder, 'url');
      await writeFile(file, `${server.url}\n`);
      const asked = (...more: string[]): Promise<unknown> => program().parseAsync(['move', ...more], { from: 'user' });
      process.env['DATABASE_URL'] = server.url;
      try {
        await expect(asked('--to', server.url)).rejects.toMatchObject({ code: 'target-is-source' });
        await expect(asked('--to-file', file)).rejects.toMatchObject({ code: 'target-is-source' });
        await expect(asked('--to', server.url, '--to-file', file)).rejects.toMatchObject({ code: 'target-unknown' });
        await expect(asked()).rejects.toMatchObject({ code: 'target-unknown' });
      } finally {
        delete process.env['DATABASE_URL'];
      }
      await expect(openTarget('mysql://127.0.0.1/book')).rejects.toMatchObject({ code: 'target-unknown' });
      const unsafe = openTarget('esdb://clerk:secret@far.example:2113?tls=false');
      await expect(unsafe).rejects.toMatchObject({ code: 'event-store-unsafe' });
    });

    it('goes by the rules by which the processes start, at either end', async () => {
      const far = 'postgresql://rastro:k7Qm2xTz9vLp@db.example/rastro';
      await expect(openTarget(far)).rejects.toMatchObject({ code: 'address-without-tls', message: expect.stringMatching(/^--to leaves this machine without TLS/) as unknown }); // prettier-ignore
      await expect(openTarget(`${far.replace('k7Qm2xTz9vLp', 'postgres')}?sslmode=require`)).rejects.toMatchObject({ code: 'password-weak' }); // prettier-ignore
      const refused = { code: 2, stdout: '', stderr: expect.stringContaining('DATABASE_URL leaves this machine without TLS') as unknown }; // prettier-ignore
      for (const words of [
        ['people', 'list'],
        ['verify'],
        ['import', 'x', '--mapping', 'y', '--dry-run'],
        ['move', '--to', server.url],
      ])
        // prettier-ignore
        expect([words, await rastro({ DATABASE_URL: far }, ...words)]).toEqual([words, refused]);
    }, 120_000);

    (noPrivateServer ? it.skip : it)('is not moved to a server that forgets what it acknowledged', async () => {
      const risky = await startPrivatePostgres(undefined, ['fsync=off']);
      await expect(openTarget(risky.url).finally(() => risky.stop())).rejects.toMatchObject({
        code: 'storage-not-durable',
      });
    });

    it('takes along what is on record that its log held once, and who knew of it', async () => {
      const book = await openEmbedded(join(folder, 'book'), { durable: false });
      await new ReadModels(book, await openSqlEventStore(book)).open();
      const lost = { position: 9, stream: 'case-lost', revision: 0, hash: 'f'.repeat(64), noticedAt: '2026-01-10T00:00:00.000Z', acceptedAt: '2026-01-11T00:00:00.000Z' }; // prettier-ignore
      await noteLoss(book, lost);
      await book.close();
      const url = await newDatabase('with_losses');
      await movedHere(url);
      await movedHere(url);
      const db = await openServer(url);
      expect(await losses({ db, store: await openSqlEventStore(db) })).toEqual([lost]);
      await db.close();
    }, 120_000);

    it('is looked for, and not made', async () => {
      const nowhere = join(folder, 'nowhere');
      const none = openSource(readSettings({ RASTRO_DATA: nowhere }));
      await expect(none).rejects.toMatchObject({ code: 'book-absent' });
      await expect(openSource(readSettings({ DATABASE_URL: server.url }))).rejects.toMatchObject({
        code: 'schema-older',
      });
      expect(existsSync(nowhere)).toBe(false);
    });
  });

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { caseDecider, type CaseFile, decide, streamOf } from '#casework';
import type { CaseId } from '#core';
import { verifyChains } from '#evidence';
import { type BookDatabase, openServer } from '#runtime';

import { type Book, openBookOn } from '../../apps/api/src/book.js';
import { ana } from '../http/service.js';
import { clerk } from '../support/book.js';
import { admit, everywhere } from '../support/people.js';
import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';
import { until } from '../support/until.js';
import { AppProcess } from './process.js';

const STARTING_MS = 120_000;
const DEBIAN = '/usr/lib/postgresql';
const folders = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : [];
const tools = [...folders, ...(process.env['PATH'] ?? '').split(':')].find((one) => existsSync(join(one, 'pg_dump')));
const why = noServer ?? (tools ? undefined : 'no pg_dump installed');

const opened = { reference: '1/2026', title: 'A case', authority: 'Court', jurisdiction: 'ES', openedOn: '2026-01-10' };

if (why) describe.skip(`a back-up of a PostgreSQL server: ${why}`, () => it('is restored', () => undefined));
else
  describe('a back-up of a PostgreSQL server', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rastro-back-up-'));
    let server: PostgresServer;
    let book: Book;
    let count = 0;
    let authorization: string;

    const tool = (name: string, ...args: string[]): unknown => execFileSync(join(tools ?? '', name), args);
    const openCase = (into: Book): Promise<unknown> => {
      const caseId = crypto.randomUUID() as CaseId;
      const decision = (file: CaseFile) => decide.CaseOpened({ caseId, ...opened } as never)(file, into.known);
      const command = { actor: clerk, commandId: `case-${count++}`, commandHash: '0', expected: 'any' as const };
      return into.recorder.record(streamOf.case(caseId), caseDecider, [decision], command);
    };
    const record = async (into: Book, cases: number): Promise<void> => {
      for (let one = 0; one < cases; one += 1) await openCase(into);
    };
    const emptyDatabase = async (name: string): Promise<string> => {
      const admin = await openServer(server.url);
      await admin.execute(`create database ${name}`);
      await admin.close();
      return server.url.replace(/\/[^/]*$/, `/${name}`);
    };
    const rows = async (db: BookDatabase, text: string): Promise<string> => {
      const [row] = await db.query<{ all: string }>(`select coalesce(string_agg(t::text, '|' order by t::text), '') as all from (${text}) t`); // prettier-ignore
      return row?.all ?? '';
    };

    beforeAll(async () => {
      server = await startPostgres();
      book = await openBookOn(await openServer(server.url), { follow: 'once' });
      authorization = `Bearer ${(await admit(book.access, ana, everywhere('supervisor'))).secret}`;
      await record(book, 10);
      await book.readModels.catchUp();
      tool('pg_dump', '--format=custom', `--file=${join(folder, 'all')}`, server.url);
      tool('pg_dump', '--format=custom', '--schema=log', '--data-only', `--file=${join(folder, 'log')}`, server.url);
    }, STARTING_MS);
    afterAll(async () => {
      await book.close();
      await server.stop();
      rmSync(folder, { recursive: true });
    });

    it('is restored whole into another one: the same log, the same answers, equal to a replay', async () => {
      const url = await emptyDatabase('restored');
      tool('pg_restore', '--exit-on-error', `--dbname=${url}`, join(folder, 'all'));
      const restored = await openBookOn(await openServer(url), { follow: 'once' });
      const log = 'select position, stream, revision, id, data::text, metadata::text from log.events';
      expect(await rows(restored.db, log)).toBe(await rows(book.db, log));
      const cases = `select * from ${book.readModels.schema}.cases`;
      expect(restored.readModels.schema).toBe(book.readModels.schema);
      expect(await rows(restored.db, cases)).toBe(await rows(book.db, cases));
      expect((await verifyChains(restored.store, { seen: restored.readModels.seen })).flaws).toEqual([]);
      expect((await restored.readModels.verify()).differences).toEqual([]);
      await restored.close();
    });

    it('of the log alone, older than the answers, is noticed by the projector and the answers made anew', async () => {
      await record(book, 5);
      await book.readModels.catchUp();
      const newer = await book.store.head();
      await book.db.execute('truncate log.events, log.made_by');
      tool('pg_restore', '--exit-on-error', '--data-only', `--dbname=${server.url}`, join(folder, 'log'));
      const older = await book.store.head();
      expect(older).toBe(newer - 5);
      const api = await AppProcess.start('api', { DATABASE_URL: server.url });
      const asked = (): Promise<Response> => api.fetch('/v1/cases?limit=100', { headers: { authorization } });
      expect((await asked()).status).toBe(503);
      expect(((await (await asked()).json()) as { code: string }).code).toBe('answers-rebuilding');
      const projector = await AppProcess.start('projector', { DATABASE_URL: server.url });
      const answered = await until(asked, ({ status }) => status !== 503);
      const { items } = (await answered.json()) as { items: readonly unknown[] };
      expect(items.length).toBe(10);
      const { status, body } = await until(
        () => projector.ready(),
        (told) => told.status === 200,
      );
      // The API admits an administrator where there is none: that stands in the log after what was restored.
      const head = await book.store.head();
      expect([status, body['book']?.['position'], head >= older]).toEqual([200, head, true]);
      await Promise.all([api.end(), projector.end()]);
      const again = await openBookOn(await openServer(server.url), { follow: 'once' });
      expect((await again.readModels.verify()).differences).toEqual([]);
      await again.close();
    });
  });

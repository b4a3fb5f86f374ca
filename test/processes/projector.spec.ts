import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { caseDecider, type CaseFile, decide as decideCase, streamOf } from '#casework';
import type { CaseId } from '#core';
import { type Decision, openSqlEventStore, type Receipt } from '#event-store';
import { ReadModels } from '#read-models';
import { openServer } from '#runtime';

import { openBookOn } from '../../apps/api/src/book.js';
import { appendOf } from '../contracts/events.js';
import { clerk } from '../support/book.js';
import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';
import { until } from '../support/until.js';
import { AppProcess } from './process.js';

const TAKEOVER_MS = 5_000;

if (noServer) describe.skip(`projectors on a PostgreSQL server: ${noServer}`, () => it('are tested', () => undefined));
else
  describe('projectors that share a server', () => {
    let server: PostgresServer;
    let book: Awaited<ReturnType<typeof openBookOn>>;
    let running: AppProcess[] = [];

    beforeAll(async () => {
      server = await startPostgres();
      book = await openBookOn(await openServer(server.url), { follow: 'once' });
    });
    afterEach(async () => {
      for (const one of running) one.child.kill('SIGCONT');
      await Promise.all(running.map((one) => one.end('SIGKILL')));
      running = [];
    });
    afterAll(async () => {
      await book.close();
      await server.stop();
    });

    const started = async (): Promise<AppProcess> => {
      const one = await AppProcess.start('projector', { DATABASE_URL: server.url });
      running.push(one);
      return one;
    };
    const leads = async (one: AppProcess): Promise<boolean> => (await one.ready()).body['book']?.['leads'] === 1;
    const leaders = (all: readonly AppProcess[]): Promise<AppProcess[]> =>
      Promise.all(all.map(async (one) => ((await leads(one)) ? [one] : []))).then((found) => found.flat());
    const two = async (): Promise<{ leader: AppProcess; other: AppProcess }> => {
      const both = [await started(), await started()];
      const [leader] = await until(
        () => leaders(both),
        ({ length }) => length === 1,
      );
      const other = both.find((one) => one !== leader);
      if (!leader || !other) throw new Error('there are two');
      return { leader, other };
    };
    const caughtUp = async (one: AppProcess): Promise<void> => {
      const head = await book.store.head();
      await until(
        () => one.ready(),
        ({ status, body }) => status === 200 && body['book']?.['position'] === head,
      );
    };
    const openCase = (): Promise<Receipt> => {
      const caseId = crypto.randomUUID() as CaseId;
      const told = {
        reference: '1/2026',
        title: 'A case',
        authority: 'Court',
        jurisdiction: 'ES',
        openedOn: '2026-01-10',
      };
      const decide: Decision<CaseFile> = (file) =>
        decideCase.CaseOpened({ caseId, ...told } as never)(file, book.known);
      const command = { actor: clerk, commandId: caseId, commandHash: '0', expected: 'any' as const };
      return book.recorder.record(streamOf.case(caseId), caseDecider, [decide], command);
    };
    const record = (count: number): Promise<unknown> => Promise.all(Array.from({ length: count }, openCase));
    const equalsReplay = async (): Promise<void> => {
      const readModels = await new ReadModels(book.db, book.store).attach();
      expect((await readModels.verify()).differences).toEqual([]);
    };

    it('have one leader; when it is killed, another one goes on within five seconds', async () => {
      const { leader, other } = await two();
      await record(20);
      await caughtUp(other);
      await leader.end('SIGKILL');
      const killed = performance.now();
      await record(20);
      await until(() => leads(other), Boolean);
      expect(performance.now() - killed).toBeLessThan(TAKEOVER_MS);
      await caughtUp(other);
      await equalsReplay();
    });

    it('are let go when they are frozen, and lead no more when they wake', async () => {
      const { leader, other } = await two();
      leader.child.kill('SIGSTOP');
      const frozen = performance.now();
      await until(() => leads(other), Boolean);
      expect(performance.now() - frozen).toBeLessThan(TAKEOVER_MS);
      await record(20);
      leader.child.kill('SIGCONT');
      await until(
        () => leads(leader),
        (still) => !still,
      );
      expect(await leaders([leader, other])).toEqual([other]);
      await Promise.all([caughtUp(leader), caughtUp(other)]);
      await equalsReplay();
    });

    it('tell lag, position and who leads as metrics, and stop when asked', async () => {
      const { leader, other } = await two();
      await record(1);
      await caughtUp(leader);
      const text = await (await leader.fetch('/metrics')).text();
      const head = await book.store.head();
      expect(text).toContain(`rastro_position{part="book",process="projector"} ${head}\n`);
      expect(text).toContain('rastro_lag_events{part="book",process="projector"} 0\n');
      expect(text).toContain('rastro_leads{part="book",process="projector"} 1\n');
      expect(text).toContain('rastro_fine{part="book",process="projector"} 1\n');
      expect(await Promise.all([leader.end(), other.end()])).toEqual([0, 0]);
      expect(leader.said.trim().split('\n').map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
        'follows the log',
        'leads',
        'leads no more',
      ]); // prettier-ignore
    });

    it('refuse a book that nobody set up, or that a newer program changed', async () => {
      const fresh = await openServer(server.url);
      await fresh.execute('update read.current set made_by = made_by + 1');
      await expect(started()).rejects.toThrow('schema-newer');
      await fresh.execute('update read.current set made_by = made_by - 2');
      await expect(started()).rejects.toThrow('schema-older');
      await fresh.execute('update read.current set made_by = made_by + 1');
      await fresh.execute('update log.made_by set version = version + 1');
      await expect(started()).rejects.toThrow('schema-newer');
      await fresh.execute('drop table log.made_by');
      await expect(started()).rejects.toThrow('schema-older');
      await openSqlEventStore(fresh);
      await fresh.close();
    });

    it('stand before an event that nobody understands, and say so', async () => {
      const one = await started();
      const head = await book.store.head();
      await book.store.append(appendOf(`case-${crypto.randomUUID()}`));
      const { body } = await until(
        () => one.ready(),
        ({ status }) => status === 503,
      );
      expect(body['book']).toMatchObject({ position: head, head: head + 1, lag_events: 1 });
      expect(body['book']?.['wrong']).toContain('was never opened');
    });
  });

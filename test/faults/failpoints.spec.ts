import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openEmbedded } from '#runtime';

import { noPrivateServer, type PostgresServer, startPrivatePostgres } from '../support/postgres.js';
import { until } from '../support/until.js';
import { type Callers, migrate, prepare } from './callers.js';
import { Clients } from './clients.js';
import { House } from './house.js';
import { isFull, Plan, seed } from './plan.js';
import { points } from './points.mjs';
import { Slot } from './slot.js';
import { NOTHING_WRONG, truthOf } from './truth.js';

const CLIENTS = 8;
const plan = new Plan('failpoints');

/** Where one process writes alone, nothing is ever decided in turn. */
const TOGETHER: readonly string[] = ['append: in turn, nothing written', 'append: written, not committed'];

/** Every step of a full run; of a dose, one that the seed chooses. */
const chosen = (group: object): string[] => (isFull ? Object.keys(group) : plan.some(Object.keys(group), 1));
const diedAt = (step: string): string => `died at "${step}"`;
const failingAt = (step: string, most = 4) => ({ TEST_FAILPOINT: step, TEST_FAILPOINT_NTH: String(plan.between(1, most)) }); // prettier-ignore

/** Waits until the process died by itself, at the step. */
const hasDied = (slot: Slot, step: string): Promise<string> =>
  until(
    () => slot.said,
    (said) => said.includes(diedAt(step)),
    90_000,
  );

/** Ends the clients, and keeps what they were told: also where the process did not die. */
const settled = async (clients: Clients, acknowledged: Map<string, readonly string[]>): Promise<void> => {
  const tally = await clients.end();
  for (const [key, ids] of tally.acknowledged) acknowledged.set(key, ids);
  expect(tally.refused).toEqual([]);
};

if (noPrivateServer)
  describe.skip(`steps over a PostgreSQL server: ${noPrivateServer}`, () => it('may fail', () => undefined));
else
  describe(`a process over a PostgreSQL server that dies at a step (seed ${seed})`, () => {
    let server: PostgresServer;
    let house: House;
    const acknowledged = new Map<string, readonly string[]>();

    beforeAll(async () => {
      server = await startPrivatePostgres();
      house = new House(server.url, await migrate(server.url));
      await house.start('api', 'api', 'projector', 'reporter');
    });
    afterAll(async () => {
      await house.stop();
      await server.stop();
    });

    /** Facts are recorded until the process in the slot has died at the step, and a little longer. */
    const underLoad = async (slot: Slot, step: string, most?: number, ask?: () => Promise<unknown>): Promise<void> => {
      const clients = new Clients(house.of('api'), house.callers, plan, CLIENTS, step.replace(/\W+/g, '-'));
      await slot.replace(failingAt(step, most));
      await ask?.();
      await hasDied(slot, step).finally(() => settled(clients, acknowledged));
      await house.healed();
      expect(await house.truth(acknowledged)).toEqual(NOTHING_WRONG);
    };

    it.each(chosen(points.append))('%s', (step) => underLoad(house.one('api'), step, /turn|copy|written/.test(step) ? 1 : 4)); // prettier-ignore

    it.each(chosen(points.project))('%s', (step) => underLoad(house.one('projector'), step));

    const rebuild = (env: Record<string, string>): Promise<string> =>
      new Promise((resolve) => {
        const args = ['--import', './test/faults/failpoint.mjs', 'dist/apps/cli/src/main.js', 'rebuild'];
        const all = { PATH: process.env['PATH'] ?? '', DATABASE_URL: server.url, ...env };
        execFile(process.execPath, args, { env: all }, (_, stdout, stderr) => resolve(`${stdout}${stderr}`));
      });

    it.each(chosen(points.rebuild))('%s', async (step) => {
      expect(await rebuild(failingAt(step, 1))).toContain(diedAt(step));
      await house.healed();
      expect(await house.truth(acknowledged)).toEqual(NOTHING_WRONG);
      expect(await rebuild({})).toMatch(/0 differ, switched/);
      await house.healed();
    });

    // The last ones: while a job is taken over, the book grows, and each rebuild takes all of it in twice.
    it.each(chosen(points.report))('%s', async (step) => {
      const before = house.files.length;
      await underLoad(house.one('reporter'), step, 1, () => house.askForFile(step.replace(/\W+/g, '-')));
      await until(
        () => house.files.length,
        (count) => count === before + 1,
        60_000,
      );
    });
  });

describe(`the standalone process that dies at a step (seed ${seed})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'rastro-failpoints-'));
  const acknowledged = new Map<string, readonly string[]>();
  let callers: Callers;
  let slot: Slot;

  beforeAll(async () => {
    callers = await prepare(folder);
    slot = await Slot.start('standalone', { RASTRO_DATA: folder });
  });
  afterAll(async () => {
    await slot.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  // All of them in a dose, too: here each takes five seconds, and a step that can no longer be found shows at once.
  const alone = Object.keys({ ...points.append, ...points.project }).filter((step) => !TOGETHER.includes(step));
  it.each(alone)('%s', async (step) => {
    const clients = new Clients([slot], callers, plan, CLIENTS, step.replace(/\W+/g, '-'));
    await slot.replace(failingAt(step, 1));
    await hasDied(slot, step).finally(() => settled(clients, acknowledged));
  });

  it('has lost and doubled nothing', async () => {
    await slot.stop();
    const db = await openEmbedded(folder);
    expect(await truthOf(db, acknowledged)).toEqual(NOTHING_WRONG);
    await db.close();
  });
});

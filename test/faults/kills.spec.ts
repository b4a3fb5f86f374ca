import { setTimeout as pause } from 'node:timers/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openEmbedded } from '#runtime';

import { noPrivateServer, type PostgresServer, startPrivatePostgres } from '../support/postgres.js';
import { until } from '../support/until.js';
import { migrate, prepare } from './callers.js';
import { Clients } from './clients.js';
import { House } from './house.js';
import { Plan, seed, sized } from './plan.js';
import { Slot } from './slot.js';
import { NOTHING_WRONG, truthOf } from './truth.js';

const CLIENTS = 20;
const FACTS = 50;

/** Lets them work until they recorded so much more, and then a little longer, as the plan says. */
const someWork = async (clients: Clients, plan: Plan, facts = FACTS): Promise<void> => {
  const goal = clients.count + facts;
  await until(
    () => clients.count,
    (count) => count >= goal,
    120_000,
  );
  await pause(plan.between(0, 400));
};

const settled = async (clients: Clients) => {
  const { acknowledged, refused, unknown } = await clients.end();
  process.stderr.write(`${acknowledged.size} facts acknowledged, ${unknown} outcomes settled by the same key\n`);
  expect(refused).toEqual([]);
  return acknowledged;
};

if (noPrivateServer)
  describe.skip(`kills over a PostgreSQL server: ${noPrivateServer}`, () => it('are survived', () => undefined));
else
  describe(`a house over a PostgreSQL server (seed ${seed})`, () => {
    let server: PostgresServer;
    let house: House;

    beforeEach(async () => {
      server = await startPrivatePostgres();
      house = new House(server.url, await migrate(server.url));
      await house.start('api', 'api', 'projector', 'projector', 'reporter');
    });
    afterEach(async () => {
      await house.stop();
      await server.stop();
    });

    it('loses and doubles nothing though its processes are killed at any time', async () => {
      const plan = new Plan('kills');
      const clients = new Clients(house.of('api'), house.callers, plan, CLIENTS);
      const files = new Set<string>();
      for (let kill = 0; kill < sized(30, 5); kill += 1) {
        await someWork(clients, plan);
        if (kill % 4 === 0) files.add(await house.askForFile(`file-${kill}`));
        plan.of(house.slots).kill();
      }
      const acknowledged = await settled(clients);
      await house.healed();
      await until(
        () => house.files.length,
        (count) => count >= files.size,
        60_000,
      );
      expect(house.files).toHaveLength(files.size);
      expect(await house.truth(acknowledged)).toEqual(NOTHING_WRONG);
    });

    it('loses and doubles nothing though the server is crashed under load', async () => {
      const plan = new Plan('crashes');
      const clients = new Clients(house.of('api'), house.callers, plan, CLIENTS);
      for (let crash = 0; crash < sized(6, 2); crash += 1) {
        await someWork(clients, plan, 150);
        await server.crash(crash % 2 === 0 ? 'SIGQUIT' : 'SIGKILL');
      }
      await someWork(clients, plan);
      const acknowledged = await settled(clients);
      await house.healed();
      expect(await house.truth(acknowledged)).toEqual(NOTHING_WRONG);
    });
  });

describe(`the standalone process on the embedded database (seed ${seed})`, () => {
  it('loses and doubles nothing though it is killed at any time', async () => {
    const plan = new Plan('standalone');
    const folder = mkdtempSync(join(tmpdir(), 'rastro-standalone-'));
    const callers = await prepare(folder);
    const slot = await Slot.start('standalone', { RASTRO_DATA: folder });
    const clients = new Clients([slot], callers, plan, CLIENTS);
    for (let kill = 0; kill < sized(10, 2); kill += 1) {
      await someWork(clients, plan, 100);
      slot.kill();
    }
    const acknowledged = await settled(clients);
    await slot.stop();
    const db = await openEmbedded(folder);
    expect(await truthOf(db, acknowledged)).toEqual(NOTHING_WRONG);
    await db.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, chmodSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openSqlEventStore } from '#event-store';
import { openEmbedded } from '#runtime';

import { appendOf } from '../contracts/events.js';
import { noPrivateServer, type PostgresServer, startPrivatePostgres } from '../support/postgres.js';
import { until } from '../support/until.js';
import { migrate, prepare } from './callers.js';
import { Clients, type Tally } from './clients.js';
import { House } from './house.js';
import { Plan, seed, sized } from './plan.js';
import { Slot } from './slot.js';
import { NOTHING_WRONG, truthOf } from './truth.js';

const CLIENTS = 8;
const FACTS = 40;
const BLOCK = Buffer.alloc(64 * 1024, 1);

/** A small disk of its own: real, so that what is full is the disk and not a pretence. */
class Disk {
  readonly folder = mkdtempSync(join(tmpdir(), 'rastro-disk-'));

  constructor(megabytes: number) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', this.folder], { stdio: 'ignore' });
    chmodSync(this.folder, 0o777);
  }

  get #filler(): string {
    return join(this.folder, 'filler');
  }

  /** Takes what is left, to the last block. */
  fill(): void {
    this.#fillUntil(() => false);
  }

  /** Takes what is left, but so much. */
  leave(bytes: number): void {
    this.#fillUntil(() => {
      const { bavail, bsize } = statfsSync(this.folder);
      return bavail * bsize <= bytes;
    });
  }

  #fillUntil(isFull: () => boolean): void {
    const file = openSync(this.#filler, 'a');
    try {
      while (!isFull() && writeSync(file, BLOCK) === BLOCK.length);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  makeRoom(): void {
    rmSync(this.#filler, { force: true });
  }

  remove(): void {
    execFileSync('umount', ['-l', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const cannotMount = ((): string | undefined => {
  try {
    new Disk(1).remove();
    return undefined;
  } catch {
    return 'no disk may be mounted here';
  }
})();

/** Facts are recorded; the disk fills up, and nothing more is acknowledged; there is room again, and all goes on by itself. */
const fillUpUnderLoad = async (disk: Disk, clients: Clients): Promise<Tally> => {
  const recorded = (): number => clients.count;
  for (let time = 0; time < sized(3, 1); time += 1) {
    const [before, told] = [clients.count, clients.codes.get('storage-full') ?? 0];
    await until(recorded, (count) => count >= before + FACTS, 120_000);
    disk.fill();
    await until(() => clients.codes.get('storage-full') ?? 0, (count) => count >= told + 3 * CLIENTS, 120_000); // prettier-ignore
    const full = clients.count;
    disk.makeRoom();
    await until(recorded, (count) => count >= full + FACTS, 120_000);
  }
  return clients.end();
};

if (cannotMount)
  describe.skip(`a disk that is full: ${cannotMount}`, () => it('stops nothing for good', () => undefined));
else {
  describe(`a full disk under the embedded database (seed ${seed})`, () => {
    let disk: Disk;
    beforeEach(() => void (disk = new Disk(200)));
    afterEach(() => disk.remove());

    it('stops acknowledgements, loses nothing, and is over when there is room', async () => {
      const callers = await prepare(disk.folder);
      const slot = await Slot.start('standalone', { RASTRO_DATA: disk.folder });
      const clients = new Clients([slot], callers, new Plan('disk'), CLIENTS);
      const { acknowledged, refused } = await fillUpUnderLoad(disk, clients);
      expect(refused).toEqual([]);
      const starts = slot.starts;
      await slot.stop();
      const db = await openEmbedded(disk.folder);
      expect(await truthOf(db, acknowledged)).toEqual(NOTHING_WRONG);
      await db.close();
      expect(starts).toBe(1);
    });

    it('refuses an append before the last of the room is gone, and still answers', async () => {
      const db = await openEmbedded(disk.folder);
      const store = await openSqlEventStore(db);
      await store.append(appendOf('case-1'));
      disk.leave(48 * 2 ** 20);
      await pause(500);
      await expect(store.append(appendOf('case-2'))).rejects.toMatchObject({ code: 'storage-full' });
      expect(await store.head()).toBe(1);
      disk.makeRoom();
      await pause(500);
      expect(await store.append(appendOf('case-2'))).toMatchObject({ outcome: 'appended', position: 2 });
      await db.close();
    });
  });

  if (noPrivateServer)
    describe.skip(`a full disk under a PostgreSQL server: ${noPrivateServer}`, () => it('passes', () => undefined));
  else
    describe(`a full disk under a PostgreSQL server (seed ${seed})`, () => {
      let disk: Disk;
      let server: PostgresServer;
      let house: House;

      beforeEach(async () => {
        disk = new Disk(300);
        server = await startPrivatePostgres(disk.folder);
        house = new House(server.url, await migrate(server.url));
        await house.start('api', 'projector');
      });
      afterEach(async () => {
        await house.stop();
        await server.stop();
        disk.remove();
      });

      it('stops acknowledgements, loses nothing, and is over when there is room', async () => {
        const clients = new Clients(house.of('api'), house.callers, new Plan('disk'), CLIENTS);
        const { acknowledged, refused } = await fillUpUnderLoad(disk, clients);
        expect(refused).toEqual([]);
        await house.healed();
        expect(await house.truth(acknowledged)).toEqual(NOTHING_WRONG);
      });
    });
}

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { openServer } from '#runtime';

import { until } from '../support/until.js';
import type { Callers } from './callers.js';
import { type Acknowledged } from './clients.js';
import { type Env, Slot } from './slot.js';
import { type Truth, truthOf } from './truth.js';

const HEALED_MS = 60_000;
/** Looking costs the processes something too. */
const LOOK_MS = 300;

/** Apps as processes of their own over a server, supervised. */
export class House {
  readonly folder = mkdtempSync(join(tmpdir(), 'rastro-house-'));
  readonly slots: Slot[] = [];

  constructor(
    readonly databaseUrl: string,
    readonly callers: Callers,
    private readonly env: Env = {},
  ) {}

  get exports(): string {
    return join(this.folder, 'exports');
  }

  /** Starts apps; each may have an environment of its own. */
  async start(...apps: readonly (string | readonly [app: string, env: Env])[]): Promise<void> {
    const starting = apps.map((one) => (typeof one === 'string' ? ([one, {}] as const) : one));
    const common = { DATABASE_URL: this.databaseUrl, RASTRO_EXPORTS: this.exports, RASTRO_DATA: this.folder };
    const all = starting.map(([app, env]) => Slot.start(app, { ...common, ...this.env, ...env }));
    this.slots.push(...(await Promise.all(all)));
  }

  of(app: string): Slot[] {
    return this.slots.filter((slot) => slot.app === app);
  }

  one(app: string): Slot {
    const [slot] = this.of(app);
    if (!slot) throw new Error(`no ${app} in the house`);
    return slot;
  }

  /** Resolves when every process says that all is well, and the answers stand where the log does. @returns after how many ms. */
  async healed(withinMs = HEALED_MS): Promise<number> {
    const start = performance.now();
    const looks = async (): Promise<string[]> => {
      await pause(LOOK_MS);
      const found = await Promise.all(this.slots.map((slot) => slot.ready()));
      return found.flatMap(({ status, body }, index) => {
        const { position, head } = body['book'] ?? (body['readModels'] as never)?.[0] ?? {};
        return status === 200 && position === head ? [] : [`${this.slots[index]?.app}: ${JSON.stringify(body)}`];
      });
    };
    await until(looks, ({ length }) => length === 0, withinMs);
    return performance.now() - start;
  }

  /** Asks for figures as a file. @returns the id, once it is known. */
  async askForFile(key: string): Promise<string> {
    const authorization = `Bearer ${this.callers.ana}`;
    const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': key };
    const body = JSON.stringify({ period: '2026Q1', by: 'jurisdiction', format: 'csv' });
    const asked = async (): Promise<{ exportId?: string }> => {
      const sent = await this.one('api').fetch('/v1/exports/figures', { method: 'POST', headers, body });
      return (await sent.json()) as { exportId?: string };
    };
    const { exportId } = await until(() => asked().catch(() => ({}) as { exportId?: string }), ({ exportId: id }) => id !== undefined, HEALED_MS); // prettier-ignore
    return exportId ?? '';
  }

  /** The names of the files written, without drafts. */
  get files(): string[] {
    return (existsSync(this.exports) ? readdirSync(this.exports) : []).filter((name) => !name.startsWith('.'));
  }

  async truth(acknowledged: Acknowledged): Promise<Truth> {
    const db = await openServer(this.databaseUrl);
    try {
      return await truthOf(db, acknowledged);
    } finally {
      await db.close();
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

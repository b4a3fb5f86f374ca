import { Agent, request } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { openServer } from '#runtime';

import { openBookOn } from '../../apps/api/src/book.js';
import { ana } from '../http/service.js';
import { admit, everywhere } from '../support/people.js';
import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';
import { until } from '../support/until.js';
import { AppProcess } from './process.js';

const LONGEST_STOP_MS = 10_000;
const CLIENTS = 12;
/** Of who asks. */
let secret = '';
const body = JSON.stringify({ reference: '1', title: 'A case', authority: 'Court', jurisdiction: 'ES', openedOn: '2026-01-10' }); // prettier-ignore

/** A client that keeps its connection, until it is asked to come by another one. */
class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly statuses: number[] = [];
  readonly errors: string[] = [];
  /** It was asked to go, or found nobody. */
  sentAway = false;

  constructor(
    private readonly address: string,
    private readonly name: string,
  ) {}

  #ask(key: string): Promise<{ status: number; closes: boolean }> {
    const headers = headersOf(key);
    return new Promise((resolve, reject) => {
      const asking = request(
        `${this.address}/v1/cases`,
        { method: 'POST', agent: this.#agent, headers },
        (response) => {
          response.resume();
          response.once('error', reject);
          response.once('end', () =>
            resolve({ status: response.statusCode ?? 0, closes: response.headers.connection === 'close' }),
          );
        },
      );
      asking.once('error', reject);
      asking.end(body);
    });
  }

  async work(): Promise<void> {
    for (let one = 0; !this.sentAway; one += 1) {
      try {
        const { status, closes } = await this.#ask(`${this.name}-${one}`);
        this.statuses.push(status);
        this.sentAway = closes;
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException;
        this.sentAway = true;
        if (code !== 'ECONNREFUSED') this.errors.push(code);
      }
    }
    this.#agent.destroy();
  }
}

const headersOf = (key: string) => ({
  'content-type': 'application/json',
  'content-length': String(Buffer.byteLength(body)),
  'idempotency-key': key,
  authorization: `Bearer ${secret}`,
});

/** A request that is half sent when the process is asked to stop, and answered all the same. */
const begun = (address: string): { status: Promise<number>; finish: () => void } => {
  const asking = request(`${address}/v1/cases`, { method: 'POST', headers: headersOf(`slow-${crypto.randomUUID()}`) });
  const status = new Promise<number>((resolve, reject) => {
    asking.once('error', reject).once('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
  asking.write(body.slice(0, 10));
  return { status, finish: () => void asking.end(body.slice(10)) };
};

describe('a process that is asked to stop under load', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rastro-stopping-'));
  let server: PostgresServer | undefined;
  let running: AppProcess[] = [];

  beforeAll(async () => {
    if (noServer) return;
    server = await startPostgres();
    const book = await openBookOn(await openServer(server.url), { follow: 'once' });
    ({ secret } = await admit(book.access, ana, everywhere('investigator')));
    await book.close();
  });
  afterEach(async () => {
    await Promise.all(running.map((one) => one.end('SIGKILL')));
    running = [];
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  const started = async (app: string): Promise<AppProcess> => {
    const env = { DATABASE_URL: server?.url ?? '', RASTRO_DATA: join(folder, app), RASTRO_LOG: 'info' };
    const one = await AppProcess.start(app, env);
    running.push(one);
    return one;
  };

  const answersAll = async (app: string): Promise<void> => {
    const one = await started(app);
    const clients = Array.from({ length: CLIENTS }, (_, index) => new Client(one.address, `${app}-${index}`));
    const working = clients.map((client) => client.work());
    await until(
      () => Math.min(...clients.map(({ statuses }) => statuses.length)),
      (least) => least >= 3,
    );
    const slow = begun(one.address);
    await until(one.ready.bind(one), ({ status }) => status === 200);
    const asked = performance.now();
    const ended = one.end();
    const { status, body: told } = await one.ready();
    expect([status, told['status']]).toEqual([503, 'stopping']);
    slow.finish();
    expect(await slow.status).toBe(201);
    await Promise.all(working);
    expect(await ended).toBe(0);
    expect(performance.now() - asked).toBeLessThan(LONGEST_STOP_MS);
    expect(clients.flatMap(({ errors }) => errors)).toEqual([]);
    expect(new Set(clients.flatMap(({ statuses }) => statuses))).toEqual(new Set([201]));
  };

  const onServer = noServer ? it.skip : it;
  const why = noServer ? `: ${noServer}` : '';
  onServer(`answers every request that it took, and turns away the next (api)${why}`, () => answersAll('api'));
  onServer(`does the same all in one (standalone)${why}`, () => answersAll('standalone'));

  onServer.each(['projector', 'reporter', 'dashboard'])(`ends in time with nothing wrong (%s)${why}`, async (app) => {
    const one = await started(app);
    await until(one.ready.bind(one), ({ status }) => status === 200);
    const asked = performance.now();
    expect(await one.end()).toBe(0);
    expect(performance.now() - asked).toBeLessThan(LONGEST_STOP_MS);
  });
});

import { type ChildProcess, execFileSync, spawn, type SpawnOptions } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import pg from 'pg';

import { freePort } from './free-port.js';

export interface PostgresServer {
  readonly url: string;
  /** Ends a private server at once, children and all (SIGQUIT), or only its first process (SIGKILL), and starts it again. */
  crash(signal: 'SIGQUIT' | 'SIGKILL'): Promise<void>;
  stop(): Promise<void>;
}

const DEBIAN = '/usr/lib/postgresql';

/** The folder of `initdb` and `postgres`, wherever they are installed. */
const binaries = (): string | undefined => {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : [];
  return [...versions, ...(process.env['PATH'] ?? '').split(':')].find(
    (folder) => folder !== '' && existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  );
};

/** PostgreSQL refuses to run as root: then it runs as `postgres`, which its package creates. */
const account = (): { uid?: number; gid?: number } => {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
};

const accepting = async (url: string, server: ChildProcess): Promise<boolean> => {
  for (let tries = 0; tries < 200 && server.exitCode === null; tries += 1) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    const connected = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    if (connected) return true;
    await pause(100);
  }
  return false;
};

/** What runs on a folder of data: one server after the other. */
class Cluster {
  #server: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  readonly #kill = (): boolean => this.#server?.kill('SIGQUIT') ?? false;

  constructor(
    private readonly command: string,
    private readonly args: readonly string[],
    private readonly options: SpawnOptions,
    private readonly url: string,
  ) {
    process.once('exit', this.#kill);
  }

  /** Children of a killed server may hold its memory for a moment: then it is tried again. */
  async start(tries = 1): Promise<void> {
    const server = spawn(this.command, this.args, this.options);
    this.#server = server;
    this.#ended = new Promise((resolve) => server.once('exit', resolve));
    if (await accepting(this.url, server)) return;
    if (tries === 1) throw new Error('the PostgreSQL server of the test did not start');
    await pause(100);
    return this.start(tries - 1);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.#server?.kill(signal);
    await this.#ended;
  }

  async stop(): Promise<void> {
    process.removeListener('exit', this.#kill);
    await this.end('SIGINT');
  }
}

const RESTARTS = 50;

/** Why there is no server to test against, or undefined when there is one. */
export const noServer: string | undefined =
  process.env['TEST_DATABASE_URL'] || binaries() ? undefined : 'no TEST_DATABASE_URL and no PostgreSQL installed';

/** Why there is no server of our own that may be crashed, or undefined when there is one. */
export const noPrivateServer: string | undefined = binaries() ? undefined : 'no PostgreSQL installed';

const given = (url: string): PostgresServer => ({
  url,
  crash: () => Promise.reject(new Error('the server of TEST_DATABASE_URL is not ours to crash')),
  stop: () => Promise.resolve(),
});

/** An empty database on a private cluster in a temporary folder (of `parent`) on a free port; `settings` such as `fsync=off`. */
export const startPrivatePostgres = async (
  parent = tmpdir(),
  settings: readonly string[] = [],
): Promise<PostgresServer> => {
  const bin = binaries();
  if (!bin) throw new Error('no PostgreSQL installed');
  const folder = mkdtempSync(join(parent, 'rastro-postgres-'));
  const as = account();
  if (as.uid !== undefined && as.gid !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const options = { ...as, cwd: folder, stdio: 'ignore' as const };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'rastro', '-A', 'trust', '-E', 'UTF8', '--locale=C'], options);
  const port = await freePort();
  const asked = settings.flatMap((setting) => ['-c', setting]);
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, ...asked];
  const url = `postgresql://rastro@127.0.0.1:${port}/postgres`;
  const cluster = new Cluster(join(bin, 'postgres'), args, options, url);
  await cluster.start();
  return {
    url,
    crash: async (signal) => {
      await cluster.end(signal);
      await cluster.start(RESTARTS);
    },
    stop: async () => {
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** An empty database: of TEST_DATABASE_URL, or on a private cluster. */
export const startPostgres = (): Promise<PostgresServer> => {
  const url = process.env['TEST_DATABASE_URL'];
  return url ? Promise.resolve(given(url)) : startPrivatePostgres();
};

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import pg from 'pg';

import { freePort } from './free-port.js';

export interface PostgresServer {
  readonly url: string;
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

const accepting = async (url: string, server: ChildProcess): Promise<void> => {
  for (let tries = 0; tries < 200 && server.exitCode === null; tries += 1) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    const connected = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    if (connected) return;
    await pause(100);
  }
  throw new Error('the PostgreSQL server of the test did not start');
};

/** Why there is no server to test against, or undefined when there is one. */
export const noServer: string | undefined =
  process.env['TEST_DATABASE_URL'] || binaries() ? undefined : 'no TEST_DATABASE_URL and no PostgreSQL installed';

/** An empty database: of TEST_DATABASE_URL, or of a private cluster in a temporary folder on a free port. */
export const startPostgres = async (): Promise<PostgresServer> => {
  const given = process.env['TEST_DATABASE_URL'];
  if (given) return { url: given, stop: () => Promise.resolve() };
  const bin = binaries();
  if (!bin) throw new Error('no PostgreSQL installed');
  const folder = mkdtempSync(join(tmpdir(), 'rastro-postgres-'));
  const as = account();
  if (as.uid !== undefined && as.gid !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const options = { ...as, cwd: folder, stdio: 'ignore' as const };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'rastro', '-A', 'trust', '-E', 'UTF8', '--locale=C'], options);
  const port = await freePort();
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder],
    options,
  );
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const kill = (): boolean => server.kill('SIGQUIT');
  process.once('exit', kill);
  const url = `postgresql://rastro@127.0.0.1:${port}/postgres`;
  await accepting(url, server);
  return {
    url,
    stop: async () => {
      process.removeListener('exit', kill);
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

import { resolve } from 'node:path';

import { Refused } from '#core';

/** What a process is told by its environment. Read once, at the start; nothing else reads the environment. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** The folder of the embedded database. */
  readonly data: string;
  /** A PostgreSQL server instead of the embedded database. */
  readonly databaseUrl?: string;
}

const KNOWN = ['RASTRO_HOST', 'RASTRO_PORT', 'RASTRO_DATA', 'RASTRO_SHARED'];
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

const wrong = (name: string, hint: string, given: unknown): Refused =>
  new Refused('setting-malformed', `${name}: ${hint}`, { given });

const portOf = (text: string): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < 0 || port > 65_535) throw wrong('RASTRO_PORT', 'give a port from 0 to 65535 (0: any that is free).', text);
  return port;
};

/** Until access control comes, only this machine may ask: everything in the book is open to whoever reaches the port. */
const hostOf = (text: string): string => {
  if (LOOPBACK.includes(text)) return text;
  const hint = 'there is no access control yet, so it binds to loopback only (127.0.0.1, ::1 or localhost).';
  throw wrong('RASTRO_HOST', hint, text);
};

const urlOf = (text: string): string => {
  if (/^postgres(ql)?:\/\//.test(text)) return text;
  throw new Refused('setting-malformed', 'DATABASE_URL: give postgresql://user@host/database.');
};

/**
 * RASTRO_HOST, RASTRO_PORT, RASTRO_DATA and DATABASE_URL; RASTRO_SHARED belongs to the tests on real data.
 * @throws Refused `setting-unknown` for a RASTRO_ name that is none (a typing mistake), `setting-malformed`.
 */
export const readSettings = (env: Readonly<Record<string, string | undefined>>): Settings => {
  for (const name of Object.keys(env)) {
    if (!name.startsWith('RASTRO_') || KNOWN.includes(name)) continue;
    throw new Refused('setting-unknown', `${name} is not a setting. There are ${KNOWN.join(', ')}.`, { name });
  }
  return {
    host: hostOf(env['RASTRO_HOST'] || '127.0.0.1'),
    port: portOf(env['RASTRO_PORT'] || '7070'),
    data: resolve(env['RASTRO_DATA'] || './data'),
    ...(env['DATABASE_URL'] ? { databaseUrl: urlOf(env['DATABASE_URL']) } : {}),
  };
};

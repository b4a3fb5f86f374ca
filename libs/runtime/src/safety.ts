import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import pg from 'pg';

import { Refused } from '#core';
import { type Queries, safeAddress } from '#event-store';

import type { Settings } from './settings.js';

/** One thing that is not safe, and what to do about it. Neither repeats a secret. */
export interface Unsafe {
  readonly code:
    | 'demo-in-production'
    | 'demo-on-real-book'
    | 'address-without-tls'
    | 'password-weak'
    | 'setting-malformed'
    | 'event-store-unsafe';
  readonly says: string;
  readonly mend: string;
}

type Addresses = Pick<Settings, 'databaseUrl' | 'redisUrl' | 'eventStoreUrl'>;
type Surroundings = Readonly<Record<string, string | undefined>>;

/** What the settings alone do not say. */
export interface Facts {
  readonly demo: boolean;
  /** The folder in which the demo would make its book. */
  readonly folder: string;
  readonly env: Surroundings;
}

const SHORTEST = 12;
const DEFAULTS =
  /^(?:postgres(?:ql)?|password|passw0rd|changeit|changeme|admin|redis|rastro|secret|root|test|ops|guest)[\d!.]*$/i;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

const isNear = (host: string): boolean => host === '' || host.startsWith('/') || LOOPBACK.test(host);

interface Address {
  readonly name: 'DATABASE_URL' | 'REDIS_URL' | 'EVENTSTORE_URL';
  readonly isFar: boolean;
  readonly isClear: boolean;
  readonly password: string;
  /** How its address says that it is to be asked over TLS. */
  readonly mend: string;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** As the driver itself understands the address: it takes hosts from the query too. */
const databaseAddress = (url: string): Address => {
  const client = new pg.Client({ connectionString: url });
  const { host, password } = client;
  const ssl: unknown = client.ssl;
  const isChecked = ssl === true || (isObject(ssl) && ssl['rejectUnauthorized'] !== false);
  const mend = 'Add ?sslmode=verify-full, and sslrootcert=PATH for an authority of your own.';
  return { name: 'DATABASE_URL', isFar: !isNear(host), isClear: !isChecked, password: String(password ?? ''), mend };
};

const redisAddress = (url: string): Address => {
  const { protocol, hostname, password } = new URL(url);
  const mend = 'Write rediss:// instead of redis://, and give its server a certificate.';
  return {
    name: 'REDIS_URL',
    isFar: !isNear(hostname),
    isClear: protocol !== 'rediss:',
    password: decodeURIComponent(password),
    mend,
  };
};

/** Its TLS is the affair of `safeAddress`. */
const eventStoreAddress = (url: string): Address => {
  const [, password = '', hosts = ''] = /^[^:]+:\/\/(?:[^:@/?]*:([^@/?]*)@)?([^/?]*)/.exec(url) ?? [];
  const isFar = !hosts.split(',').every((host) => isNear(host.replace(/:\d+$/, '')));
  return { name: 'EVENTSTORE_URL', isFar, isClear: false, password: decodeURIComponent(password), mend: '' };
};

/** A password that is not there is the affair of the server: it may know its clients by their certificates. */
const unsafeAddress = ({ name, isFar, isClear, password, mend }: Address): Unsafe[] => {
  const found: Unsafe[] = [];
  if (isFar && isClear)
    found.push({ code: 'address-without-tls', says: `${name} leaves this machine without TLS.`, mend });
  if (isFar && password && (password.length < SHORTEST || DEFAULTS.test(password)))
    found.push({
      ...{ code: 'password-weak', says: `${name}: its password is one that is guessed.` },
      mend: `Give that account a random one of ${SHORTEST} characters or more, on the server first.`,
    });
  return found;
};

const looked = (look: () => Unsafe[]): Unsafe[] => {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return [{ code: error.code as Unsafe['code'], says: error.message, mend: '' }];
  }
};

const readable = (url: string, name: Address['name'], addressOf: (url: string) => Address): Address => {
  try {
    return addressOf(url);
  } catch {
    throw new Refused('setting-malformed', `${name}: it cannot be read, or a file that it names is not there.`);
  }
};

/** What of the addresses is not safe: without TLS beyond this machine, or with a password that is guessed. */
export const unsafeAddresses = ({ databaseUrl, redisUrl, eventStoreUrl }: Addresses, env: Surroundings): Unsafe[] => [
  ...(databaseUrl ? looked(() => unsafeAddress(readable(databaseUrl, 'DATABASE_URL', databaseAddress))) : []),
  ...(redisUrl ? looked(() => unsafeAddress(readable(redisUrl, 'REDIS_URL', redisAddress))) : []),
  ...(eventStoreUrl
    ? looked(() => {
        safeAddress(eventStoreUrl, env);
        return unsafeAddress(readable(eventStoreUrl, 'EVENTSTORE_URL', eventStoreAddress));
      })
    : []),
];

const MARK = 'INVENTED-DATA';

/** Says of the folder of a book that all in it is invented; before the first fact is. */
export const markInvented = (folder: string): void =>
  writeFileSync(join(folder, MARK), 'All facts of this book are invented.\n');

/** Whether all in the book of that folder is invented. */
export const isInvented = (folder: string): boolean => existsSync(join(folder, MARK));

/** Whether a book stands there that no demo made. */
export const isRealBook = (folder: string): boolean => existsSync(join(folder, 'database')) && !isInvented(folder);

const unsafeDemo = ({ demo, folder, env }: Facts): Unsafe[] => {
  if (!demo) return [];
  const found: Unsafe[] = [];
  if (env['NODE_ENV'] === 'production')
    found.push({
      ...{ code: 'demo-in-production', says: 'NODE_ENV=production, and the demo makes invented users and facts.' },
      mend: 'Start without --demo.',
    });
  if (isRealBook(folder))
    found.push({
      ...{ code: 'demo-on-real-book', says: `A book that no demo made stands in ${folder}.` },
      mend: 'Name another folder in RASTRO_DATA. A demo of version 0.2 or older has no mark: delete its folder.',
    });
  return found;
};

/**
 * Nothing starts on what is not safe.
 * @throws Refused with the code of the first thing that is not: `demo-in-production`, `demo-on-real-book`, `address-without-tls`,
 * `password-weak`, `event-store-unsafe`, `setting-malformed`.
 */
export const assertSafe = (settings: Addresses, facts: Facts): void => {
  const [first] = [...unsafeDemo(facts), ...unsafeAddresses(settings, facts.env)];
  if (first) throw new Refused(first.code, `${first.says} ${first.mend}`.trim());
};

export const DURABILITY = ['fsync', 'synchronous_commit', 'full_page_writes'] as const;
export type Durability = Readonly<Partial<Record<(typeof DURABILITY)[number], string>>>;

/** What the database says of keeping what it acknowledged. The embedded one does not know all of it. */
export const durabilityOf = async (db: Queries): Promise<Durability> => {
  const text = 'select name, setting from pg_settings where name = any($1::text[])';
  const rows = await db.query<{ name: string; setting: string }>(text, [DURABILITY]);
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
};

/**
 * A server that acknowledges what is not on its disk yet loses facts in a power cut.
 * @throws Refused `storage-not-durable`.
 */
export const assertDurable = async (db: Queries): Promise<void> => {
  const { fsync, synchronous_commit } = await durabilityOf(db);
  const off = Object.entries({ fsync, synchronous_commit }).filter(([, value]) => value === 'off');
  if (off.length === 0) return;
  const names = off.map(([name]) => name).join(', ');
  const hint = `PostgreSQL runs with ${names} off: a power cut loses or breaks the book. Set ${names} to on in postgresql.conf.`;
  throw new Refused('storage-not-durable', hint, { off: off.map(([name]) => name) });
};

import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { IsIn, IsOptional, Matches, validateSync } from 'class-validator';

import { Refused } from '#core';

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug'] as const;
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];
const PORT = /^(?:\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/;
const ISSUER = /^(?:https:\/\/[^\s@?#]+|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:\/[^\s@?#]*)?)$/;

/** The environment as it is written: texts, each with what makes it right. Read once, at the start; nothing else reads it. */
class Environment {
  @Matches(/^[\w.:-]{1,253}$/, { message: 'give an address of this machine.' })
  RASTRO_HOST = '127.0.0.1';

  @IsOptional()
  @Matches(/^[a-z\d](?:[a-z\d.-]{0,251}[a-z\d])?(?::\d{1,5})?$/, {
    message: 'give the name by which people reach the proxy, in lower case and without https://: rastro.example.org.',
  })
  RASTRO_BEHIND_TLS_PROXY?: string;

  @Matches(PORT, { message: 'give a port from 0 to 65535 (0: any that is free).' })
  RASTRO_PORT = '7070';

  RASTRO_DATA = './data';

  RASTRO_EXPORTS = '';

  @IsIn(LEVELS, { message: `give ${LEVELS.join(', ')}.` })
  RASTRO_LOG = 'info';

  @IsOptional()
  @Matches(/^postgres(ql)?:\/\/[^/]*\/./, { message: 'give postgresql://user@host/database.' })
  DATABASE_URL?: string;

  @IsOptional()
  @Matches(/^rediss?:\/\/./, { message: 'give redis://host:6379/0, or rediss:// for TLS.' })
  REDIS_URL?: string;

  @IsOptional()
  @Matches(/^(esdb|kurrentdb)(\+discover)?:\/\/./, { message: 'give esdb://host:2113?tls=true.' })
  EVENTSTORE_URL?: string;

  @IsOptional()
  @Matches(/^https?:\/\/[^\s@]+$/, { message: 'give http://host:4318.' })
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  @IsOptional()
  @Matches(ISSUER, { message: 'give https://host/path as its tokens name it; http on loopback only.' })
  RASTRO_ISSUER?: string;

  @IsOptional()
  @Matches(/^\S{1,200}$/, { message: 'give the name under which the issuer knows Rastro.' })
  RASTRO_AUDIENCE?: string;

  RASTRO_ROLES?: string;
}

type Name = keyof Environment;

/** What an operator reads about each setting; the test of the settings holds it to the schema. */
const ABOUT: { readonly [N in Name]: string } = {
  RASTRO_DATA: 'the folder of the embedded book',
  RASTRO_EXPORTS:
    'the folder of the files that were asked for; `exports` in RASTRO_DATA unless set. API and reporters share it, and `imports` beside it',
  RASTRO_HOST: 'where the API answers; loopback only, unless a proxy with TLS stands before it',
  RASTRO_BEHIND_TLS_PROXY:
    'the name by which people reach a proxy with TLS that stands before the API, such as `rastro.example.org`; nobody else may reach the API then',
  RASTRO_PORT: '0 takes any that is free; each process needs its own on a machine',
  RASTRO_LOG: `what is logged from: ${LEVELS.join(', ')}; \`npm start\` logs errors only unless it is set`,
  DATABASE_URL:
    'a PostgreSQL server (14 or newer) instead of the embedded database; then several processes can share it',
  REDIS_URL: 'a Redis for the queues instead of the database; it must not evict',
  EVENTSTORE_URL: 'an EventStoreDB or KurrentDB for the log instead of the database',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'where traces go, by OTLP over HTTP; none are made without it',
  RASTRO_ISSUER: 'an OpenID Connect issuer that signs people in; needs the next two',
  RASTRO_AUDIENCE: 'for whom the issuer makes its tokens: the name it knows Rastro by',
  RASTRO_ROLES: 'a YAML file that says which claims of the issuer are which roles here',
};

/** Addresses carry passwords: each may come as a file instead, named in the variable with _FILE behind it. */
const SECRETS: readonly Name[] = ['DATABASE_URL', 'REDIS_URL', 'EVENTSTORE_URL'];
/** Belongs to the tests on real data. */
const OF_TESTS = 'RASTRO_SHARED';

export interface Settings {
  /** Where the API answers. */
  readonly host: string;
  /** The name of the proxy with TLS that stands before the API. */
  readonly publicHost?: string;
  readonly port: number;
  /** The folder of the embedded database. */
  readonly data: string;
  /** The folder of the files that were asked for. */
  readonly exports: string;
  /** The folder of the registers to be taken in: `imports`, beside the exports. */
  readonly imports: string;
  readonly log: (typeof LEVELS)[number];
  /** Whether somebody asked for that. */
  readonly logAsked?: true;
  /** A PostgreSQL server instead of the embedded database. */
  readonly databaseUrl?: string;
  /** A Redis for the queues instead of the database. */
  readonly redisUrl?: string;
  /** An EventStoreDB for the log instead of the database. */
  readonly eventStoreUrl?: string;
  /** Where traces go. */
  readonly otlpEndpoint?: string;
  /** Who signs people in, for whom its tokens are made, and the file that says what their claims mean. */
  readonly issuer?: { readonly url: string; readonly audience: string; readonly roles: string };
}

type Given = Readonly<Record<string, string | undefined>>;

const malformed = (name: string, hint: string, detail: object = {}): Refused =>
  new Refused('setting-malformed', `${name}: ${hint}`, { ...detail });

const fromFile = (name: string, path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    throw malformed(`${name}_FILE`, `${path} cannot be read.`);
  }
};

const written = (env: Given, name: Name): string | undefined => {
  const path = SECRETS.includes(name) ? env[`${name}_FILE`] : undefined;
  if (!path) return env[name] || undefined;
  if (env[name]) throw malformed(name, `it stands twice: give ${name} or ${name}_FILE.`);
  return fromFile(name, path);
};

const assertKnown = (env: Given): void => {
  for (const name of Object.keys(env)) {
    if (!name.startsWith('RASTRO_') || name in ABOUT || name === OF_TESTS) continue;
    const known = Object.keys(ABOUT).join(', ');
    throw new Refused('setting-unknown', `${name} is not a setting. There are ${known}.`, { name });
  }
};

const ENCODED =
  'it cannot be read. Signs such as # / ? @ in a password are percent-encoded (%23 %2F %3F %40), and a port is at most 65535.';

/** A sign that ends the password makes another host, or a database, of what follows it. */
const isReadable = (address: string): boolean => {
  if (!URL.canParse(address)) return false;
  const { hash, pathname, search } = new URL(address);
  return hash === '' && !pathname.includes('@') && (pathname.length > 1 || !search.includes('@'));
};

/** An address of PostgreSQL or Redis; it is not told again. @throws Refused `setting-malformed`. */
export const assertReadable = (name: string, address: string): void => {
  if (!isReadable(address)) throw malformed(name, ENCODED);
};

/** Redis numbers its databases. */
const assertNumbered = (address: string): void => {
  const { pathname, searchParams } = new URL(address);
  if (/^\/?\d{0,5}$/.test(pathname) && /^\d{0,5}$/.test(searchParams.get('db') ?? '')) return;
  throw malformed('REDIS_URL', 'its database is a number: give redis://host:6379/0.');
};

const assertAddresses = ({ DATABASE_URL, REDIS_URL }: Environment): void => {
  if (DATABASE_URL) assertReadable('DATABASE_URL', DATABASE_URL);
  if (!REDIS_URL) return;
  assertReadable('REDIS_URL', REDIS_URL);
  assertNumbered(REDIS_URL);
};

const ISSUED = ['RASTRO_ISSUER', 'RASTRO_AUDIENCE', 'RASTRO_ROLES'] as const;

/** All that belongs to an issuer, or nothing of it. */
const issuerOf = (told: Environment): Settings['issuer'] => {
  const [url, audience, roles] = ISSUED.map((name) => told[name]);
  if (url && audience && roles) return { url, audience, roles: resolve(roles) };
  const missing = ISSUED.find((name) => !told[name]);
  if (missing && (url || audience || roles)) throw malformed(missing, `${ISSUED.join(', ')} go together.`);
  return undefined;
};

/** There is no TLS in the process: what leaves this machine goes through a proxy that has it. */
const assertNear = ({ RASTRO_HOST, RASTRO_BEHIND_TLS_PROXY }: Environment): void => {
  if (LOOPBACK.includes(RASTRO_HOST) || RASTRO_BEHIND_TLS_PROXY) return;
  const hint = 'without a proxy with TLS it binds to loopback only (127.0.0.1, ::1 or localhost).';
  throw malformed('RASTRO_HOST', `${hint} RASTRO_BEHIND_TLS_PROXY names one.`, { given: RASTRO_HOST });
};

/**
 * The settings of a process, as `docs/settings.md` lists them. A secret is never told again in a refusal.
 * @throws Refused `setting-unknown` for a RASTRO_ name that is none (a typing mistake), `setting-malformed`.
 */
export const readSettings = (env: Given): Settings => {
  assertKnown(env);
  const told = new Environment();
  for (const name of Object.keys(ABOUT) as Name[]) {
    const text = written(env, name);
    if (text !== undefined) Object.assign(told, { [name]: text });
  }
  const [wrong] = validateSync(told);
  if (wrong) {
    const given = SECRETS.includes(wrong.property as Name) ? {} : { given: told[wrong.property as Name] };
    throw malformed(wrong.property, Object.values(wrong.constraints ?? {}).join(' '), given);
  }
  assertAddresses(told);
  assertNear(told);
  const issuer = issuerOf(told);
  const data = resolve(told.RASTRO_DATA);
  const exports = told.RASTRO_EXPORTS ? resolve(told.RASTRO_EXPORTS) : join(data, 'exports');
  return {
    host: told.RASTRO_HOST,
    ...(told.RASTRO_BEHIND_TLS_PROXY ? { publicHost: told.RASTRO_BEHIND_TLS_PROXY } : {}),
    port: Number(told.RASTRO_PORT),
    data,
    exports,
    imports: join(dirname(exports), 'imports'),
    log: told.RASTRO_LOG as Settings['log'],
    ...(env['RASTRO_LOG'] ? { logAsked: true } : {}),
    ...(told.DATABASE_URL ? { databaseUrl: told.DATABASE_URL } : {}),
    ...(told.REDIS_URL ? { redisUrl: told.REDIS_URL } : {}),
    ...(told.EVENTSTORE_URL ? { eventStoreUrl: told.EVENTSTORE_URL } : {}),
    ...(told.OTEL_EXPORTER_OTLP_ENDPOINT ? { otlpEndpoint: told.OTEL_EXPORTER_OTLP_ENDPOINT } : {}),
    ...(issuer ? { issuer } : {}),
  };
};

/** All settings as a table in Markdown, printed into `docs/settings.md`. */
export const settingsTable = (): string => {
  const defaults = new Environment();
  const rows = (Object.keys(ABOUT) as Name[]).map((name) => {
    const file = SECRETS.includes(name) ? `, or \`${name}_FILE\`` : '';
    return `| \`${name}\`${file} | ${defaults[name] ? `\`${defaults[name]}\`` : ''} | ${ABOUT[name]} |`;
  });
  return ['| variable | default | is |', '| --- | --- | --- |', ...rows].join('\n');
};

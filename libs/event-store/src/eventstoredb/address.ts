import { existsSync } from 'node:fs';

import { Refused } from '#core';

/** What of the environment of a process matters to the safety of its client. */
export type Surroundings = Readonly<Record<string, string | undefined>>;

const ADDRESS =
  /^(?:esdb|kurrentdb)(?<discover>\+discover)?:\/\/(?:(?<user>[^:@/?]+):(?<password>[^@/?]+)@)?(?<hosts>[^@/?]+)\/?(?:\?(?<query>.*))?$/;
const HOST = /^[a-z0-9._-]+(?::\d{1,5})?$/i;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3})(?::\d+)?$/i;
const DEFAULTS = ['admin:changeit', 'ops:changeit'];

/** What the client understands; it would print the whole address, password and all, over a key that it does not know. */
const KEYS = new Set([
  'connectionname',
  'defaultdeadline',
  'discoveryinterval',
  'gossiptimeout',
  'keepaliveinterval',
  'keepalivetimeout',
  'maxdiscoverattempts',
  'nodepreference',
  'throwonappendfailure',
  'tls',
  'tlscafile',
  'tlsverifycert',
  'usercertfile',
  'userkeyfile',
]);
const NUMBERS = /deadline|interval|timeout|attempts/;

const malformed = (hint: string): Refused => new Refused('setting-malformed', `EVENTSTORE_URL: ${hint}`);
const unsafe = (hint: string): Refused => new Refused('event-store-unsafe', hint);

/** As the client reads its keys: `tls-verify-cert` and `TlsVerifyCert` are one. */
const optionsOf = (query: string): Map<string, string> => {
  const options = new Map<string, string>();
  for (const pair of query.split('&').filter(Boolean)) {
    const [, name = '', value = ''] = /^([^=]+)=([^=?]+)$/.exec(pair) ?? [];
    const key = name.trim().toLowerCase().replace(/[_-]/g, '');
    if (!KEYS.has(key)) throw malformed(`there is no option such as ${name || pair}.`);
    if (NUMBERS.test(key) && !/^-?\d+$/.test(value)) throw malformed(`${name} is a number.`);
    if (/^(?:tls|tlsverifycert|throwonappendfailure)$/.test(key) && !/^(?:true|false)$/.test(value))
      throw malformed(`${name} is true or false.`);
    if (/file$/.test(key) && !existsSync(decodeURIComponent(value)))
      throw malformed(`the file of ${name} is not there.`);
    if (options.has(key)) throw malformed(`${name} stands twice.`);
    options.set(key, value);
  }
  return options;
};

/** Whether a value of DEBUG, as the `debug` library reads it, makes the client print what it sends, its address too. */
const tellsSecrets = (debug = ''): boolean =>
  debug
    .split(/[\s,]+/)
    .filter((pattern) => pattern !== '' && !pattern.startsWith('-'))
    .map((pattern) => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*?')}$`))
    .some((pattern) => ['esdb', 'esdb:connection', 'esdb:command', 'esdb:command:grpc', 'esdb:events'].some((name) => pattern.test(name))); // prettier-ignore

/**
 * The address as the client takes it. What the client would drop without a word, or print, is refused; no refusal repeats
 * the address, which holds a password.
 * @throws Refused `setting-malformed`, `event-store-unsafe`.
 */
export const safeAddress = (url: string, surroundings: Surroundings): string => {
  const parts = ADDRESS.exec(url.trim())?.groups;
  if (!parts) throw malformed('give esdb://user:password@host:2113?tls=true.');
  const { discover = '', user, password, hosts = '', query = '' } = parts;
  if (!hosts.split(',').every((host) => HOST.test(host))) throw malformed('give hosts as host:2113,host:2113.');
  // What follows a sign that ends the password would be told again.
  if (query.includes('@')) throw malformed('signs such as # / ? @ in a password or a path are percent-encoded.');
  const options = optionsOf(query);
  const isFar = !hosts.split(',').every((host) => LOOPBACK.test(host));
  const isClear = options.get('tls') === 'false';
  if (tellsSecrets(surroundings['DEBUG']))
    throw unsafe('DEBUG makes the client of the event store print its password: leave esdb out of it.');
  if (options.get('tlsverifycert') === 'false')
    throw unsafe('EVENTSTORE_URL: tlsVerifyCert=false has no effect. Name the authority in tlsCAFile instead.');
  if (options.get('throwonappendfailure') === 'false')
    throw unsafe('EVENTSTORE_URL: throwOnAppendFailure=false tells wrong revisions. Leave it out.');
  if (isClear && isFar)
    throw unsafe(
      'EVENTSTORE_URL: without TLS events travel in clear, the password is not sent, and nobody is checked. Leave tls=false out.',
    );
  const isDefault = DEFAULTS.includes(`${user}:${password}`);
  if (isDefault && (surroundings['NODE_ENV'] === 'production' || (isFar && !isClear)))
    throw unsafe('EVENTSTORE_URL: this is the password that every server comes with. Change it on the server first.');
  const credentials = user ? `${user}:${password}@` : '';
  return `esdb${discover}://${credentials}${hosts}${query ? `?${query}` : ''}`;
};

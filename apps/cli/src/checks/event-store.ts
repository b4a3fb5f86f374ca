import { connect } from 'node:net';

import type { Settings } from '#runtime';

import { type Check, type Found, ok, warning, together, wrong } from './check.js';

const CONNECT_MS = 5_000;
const PORT = 2_113;
const DEFAULT_ACCOUNTS = new Set(['admin:changeit', 'ops:changeit']);
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

interface Address {
  readonly credentials: string;
  readonly hosts: readonly { readonly name: string; readonly port: number }[];
  readonly options: URLSearchParams;
}

/** `esdb://user:password@one:2113,two:2113?tls=true`: several hosts, so it is none that `URL` reads. */
const addressOf = (url: string): Address => {
  const [authority = '', query = ''] = url.replace(/^[a-z+]+:\/\//, '').split('?');
  const at = authority.lastIndexOf('@');
  const [named = ''] = authority.slice(at + 1).split('/', 1);
  const hosts = named.split(',').map((host) => {
    const [, name = host, port] = /^(.*):(\d+)$/.exec(host) ?? [];
    return { name, port: Number(port ?? PORT) };
  }); // prettier-ignore
  const options = new URLSearchParams(query.replace(/(^|&)[^=&]*/g, (name) => name.toLowerCase()));
  return { credentials: at < 0 ? '' : authority.slice(0, at), hosts, options };
};

/** What the address of an EventStoreDB says that is not safe, or that its client takes and does not do. */
export const eventStoreAddress = (url: string, debug = ''): Found => {
  const { credentials, hosts, options } = addressOf(url);
  const plain = options.get('tls') === 'false';
  const found: Found[] = [];
  if (plain && credentials)
    found.push(wrong('without TLS its client drops user and password without a word', 'Take out tls=false.'));
  if (DEFAULT_ACCOUNTS.has(decodeURIComponent(credentials)))
    found.push(wrong('user and password are those that everybody knows', 'Make an account of your own there.'));
  if (options.get('tlsverifycert') === 'false')
    found.push(wrong('tlsVerifyCert=false has no effect', 'Take it out, and name the authority with tlsCAFile=PATH.'));
  if (/(^|[\s,])(\*|esdb)/.test(debug))
    found.push(wrong('DEBUG prints the password of the EventStoreDB', 'Take esdb out of DEBUG.'));
  if (plain && !hosts.every(({ name }) => LOOPBACK.has(name)))
    found.push(wrong('events travel in clear', 'Take out tls=false.'));
  else if (plain) found.push(warning('events travel in clear, on this machine only', 'Take out tls=false.'));
  if (!plain && !credentials)
    found.push(warning('it is asked without user and password', 'Give it an account: esdb://user:password@host'));
  return together(found, ok('it is asked over TLS, with an account of its own'));
};

const answers = ({ name, port }: Address['hosts'][number]): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: name.replace(/^\[|\]$/g, ''), port, timeout: CONNECT_MS });
    const end = (reached: boolean) => () => {
      socket.destroy();
      resolve(reached);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });

const reachable = async (url: string): Promise<Found> => {
  const { hosts } = addressOf(url);
  const reached = await Promise.all(hosts.map(answers));
  const names = hosts.map(({ name, port }) => `${name}:${port}`);
  const silent = names.filter((_, index) => !reached[index]);
  if (silent.length === 0) return ok(`${names.join(', ')} can be reached`);
  const says = `nothing answers at ${silent.join(', ')}`;
  const mend = 'Start it, or mend EVENTSTORE_URL.';
  return silent.length === names.length ? wrong(says, mend) : warning(says, mend);
};

export const eventStoreChecks = ({ eventStoreUrl }: Settings, debug?: string): Check[] =>
  eventStoreUrl
    ? [
        { name: 'event store', look: () => reachable(eventStoreUrl) },
        { name: 'event store address', look: () => eventStoreAddress(eventStoreUrl, debug) },
      ]
    : [];

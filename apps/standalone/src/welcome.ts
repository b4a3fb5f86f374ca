import { INVESTIGATOR, JOB, type Key } from './cast.js';

type Things = readonly (readonly [string, string])[];

const TODAY = '2026-01-10';
const figures = (address: string, secret: string): string =>
  `curl -s '${address}/v1/figures?period=2023Q1&by=jurisdiction&definition=value-seized' \\
       -H 'Authorization: Bearer ${secret}'`;
const record = (
  address: string,
  secret: string,
): string => `curl -s ${address}/v1/cases -H 'Content-Type: application/json' \\
       -H 'Authorization: Bearer ${secret}' -H 'Idempotency-Key: first' \\
       -d '{"reference":"1/2026","title":"First case","authority":"Court","jurisdiction":"ES","openedOn":"${TODAY}"}'`;

const ofDemo = (address: string, keys: readonly Key[]): Things => {
  const secretOf = (name: string): string => keys.find((key) => key.name === name)?.secret ?? '';
  return [
    [`What was taken in a quarter, as ${INVESTIGATOR} sees it`, figures(address, secretOf(INVESTIGATOR))],
    [`The same for ${JOB}, who sees no case: what rests on few is held back`, figures(address, secretOf(JOB))],
    [`Record a fact, as ${INVESTIGATOR}`, record(address, secretOf(INVESTIGATOR))],
  ];
};

const post = (address: string, path: string, body: string): string =>
  `curl -s ${address}/v1/${path} -H 'Content-Type: application/json' \\
       -H "Authorization: Bearer $secret" -H 'Idempotency-Key: ${path}' \\
       -d '${body}'`;

const ofBook = (address: string): Things => [
  [
    'Sign in, and keep the secret of the session',
    `secret=$(curl -s ${address}/v1/sessions -H 'Content-Type: application/json' \\
       -d '{"name":"admin","password":"'"$password"'"}' | sed 's/.*"secret":"\\([^"]*\\)".*/\\1/')`,
  ],
  ['Who you are here', `curl -s ${address}/v1/me -H "Authorization: Bearer $secret"`],
  [
    'Admit somebody: the answer holds a secret with which they choose a password',
    post(address, 'people', '{"name":"ana","kind":"person","authority":"Court 3","jurisdiction":"ES"}'),
  ],
];

const keyLine = ({ name, about, password, secret }: Key): string =>
  `  ${name.padEnd(17)} ${password ? `password ${password}` : `token ${secret}`}\n  ${''.padEnd(17)} ${about}\n`;

const who = (keys: readonly Key[]): string =>
  keys.length === 0
    ? ''
    : `\nWho can sign in, until the next start makes other secrets:\n${keys.map(keyLine).join('')}`;

export interface Welcome {
  readonly address: string;
  /** The database. */
  readonly where: string;
  /** Of the demo: who can sign in. */
  readonly keys?: readonly Key[];
  /** How the first administrator chooses a password. */
  readonly setUp?: string;
  /** Whether an issuer signs people in. */
  readonly issued?: boolean;
}

/** What is printed at the start: where it answers, who can sign in, and three things to try. */
export const welcome = ({ address, where, keys = [], setUp = '', issued = false }: Welcome): string => {
  const invented = keys.length > 0 ? ', with invented data' : '';
  const head = `Rastro answers at ${address}\n  the book is in ${where}${invented}; every route is at ${address}/docs\n`;
  const things = keys.length > 0 ? ofDemo(address, keys) : issued ? [] : ofBook(address);
  const body = things.map(([title, line], index) => `  ${index + 1}. ${title}:\n     ${line}\n`).join('');
  return `${head}${who(keys)}${setUp}${body ? `\nTry next:\n${body}` : ''}\nCtrl-C stops it.\n`;
};

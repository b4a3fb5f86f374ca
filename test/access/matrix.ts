import { readFileSync, writeFileSync } from 'node:fs';

import type { ApiDocument, Operation } from '../http/described/document.js';
import type { Service } from '../http/service.js';
import { leastOf } from './least.js';
import { type Ids, relations } from './relations.js';

/** `-`: asked about no case at all, or about the one thing there is. */
export const columns = ['-', ...relations, 'not-there'] as const;
export type Column = (typeof columns)[number];

/** Ids that lead into a case. */
const OF_CASES = ['caseId', 'assetId', 'orderId', 'shareId', 'eventId', 'proposalId'];
/** What is somebody's own. */
const OWNED = ['exportId', 'importId'];

const idsIn = ({ path }: Pick<Operation, 'path'>): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name); // prettier-ignore

const isOfCases = (operation: Pick<Operation, 'path'>): boolean =>
  idsIn(operation).some((name) => OF_CASES.includes(name));

/** The columns in which a route is asked. */
export const columnsOf = (operation: Pick<Operation, 'path'>): readonly Column[] => {
  const ids = idsIn(operation);
  if (isOfCases(operation)) return columns.filter((column) => column !== '-');
  if (ids.some((name) => OWNED.includes(name))) return ['foreign', 'not-there'];
  return ids.some((name) => name.endsWith('Id')) ? ['-', 'not-there'] : ['-'];
};

export type Outcome = 'yes' | '401' | '403' | '404' | `wrong: ${string}`;

export interface Answered {
  readonly outcome: Outcome;
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What was recorded of a request is its own. */
const OF_THE_REQUEST = new Set(['date', 'x-request-id', 'connection', 'keep-alive', 'transfer-encoding']);

/** Codes of the law about things, where whoever asks may do the act: the route was open to them. */
const outcomeOf = (status: number, code: unknown): Outcome => {
  if (status === 401 && code !== 'set-up-refused' && code !== 'sign-in-refused') return '401';
  if (status === 403 || status === 404) return code === 'file-unknown' || code === 'rate-unknown' ? 'yes' : `${status}`;
  if (status === 429 || status >= 500) return `wrong: ${status} ${String(code)}`;
  return 'yes';
};

const FILLED: Readonly<Record<string, string>> = { quarter: '2099Q1', edition: '1' };
const QUERIES: Readonly<Record<string, string>> = {
  period: '2026Q1',
  definition: 'value-seized@1',
  before: '2026-12-31',
  currency: 'EUR',
  day: '2026-01-01',
};

const addressOf = ({ path, parameters }: Operation, ids: Ids): string => {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? FILLED[name] ?? '');
  const asked = parameters.filter((one) => one.in === 'query' && one.required).map(({ name }) => `${name}=${QUERIES[name] ?? 'x'}`); // prettier-ignore
  return asked.length > 0 ? `${filled}?${asked.join('&')}` : filled;
};

/** A correction says what it corrects in the form of it. */
const BODIES: Readonly<Record<string, object>> = {
  correctEntry: {
    type: 'CaseOpened',
    reason: 'mistaken',
    data: { reference: 'DP 1', title: 'T', authority: 'A', jurisdiction: 'ES', openedOn: '2026-01-10' },
  },
  setRoleRule: { role: 'supervisor', act: 'export', allowed: true },
  setFourEyesRule: { act: 'void', required: true },
};

/** So that a write that may be done is found stale, and nothing is done. */
const STALE = '"999"';
let keys = 0;

/** Asks a route, and says how it went. */
export const ask = async (
  { url }: Service,
  document: ApiDocument,
  operation: Operation,
  { ids, told, secret }: { readonly ids: Ids; readonly told: Ids; readonly secret: string | undefined },
): Promise<Answered> => {
  keys += 1;
  const { method, id, body, contentType } = operation;
  const written = body && (BODIES[id] ?? leastOf(document, body, told));
  const sent = contentType === 'application/json' ? JSON.stringify(written) : 'bytes';
  const response = await fetch(`${url}${addressOf(operation, ids)}`, {
    method,
    headers: {
      ...(secret ? { authorization: `Bearer ${secret}` } : {}),
      ...(contentType ? { 'content-type': contentType } : {}),
      'rastro-reason': 'matrix',
      'idempotency-key': `matrix-${keys}`,
      'if-match': STALE,
    },
    ...(body ? { body: sent } : {}),
  });
  const text = await response.text();
  const isProblem = response.headers.get('content-type') === 'application/problem+json';
  const { code } = (isProblem ? JSON.parse(text) : {}) as { code?: unknown };
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !OF_THE_REQUEST.has(name)));
  return { outcome: outcomeOf(response.status, code), status: response.status, text, headers };
};

/** The answer without the ids that were asked for. */
export const masked = ({ status, text, headers }: Answered, ids: Ids): object => {
  const names = Object.entries(ids);
  const without = names.reduce((rest, [name, id]) => (id ? rest.replaceAll(id, `<${name}>`) : rest), text);
  const { 'content-length': _, ...others } = headers;
  return { status, headers: others, body: without };
};

export type Rows = ReadonlyMap<string, Readonly<Partial<Record<Column, string>>>>;

const HEAD = ['route', 'who', ...columns].join(',');

export const written = (rows: Rows): string =>
  [HEAD, ...[...rows].map(([name, row]) => [name, ...columns.map((column) => row[column] ?? '')].join(','))].join('\n') + '\n'; // prettier-ignore

export const readRows = (path: string): Rows =>
  new Map(
    readFileSync(path, 'utf8')
      .split('\n')
      .slice(1)
      .filter((line) => line !== '')
      .map((line) => {
        const [route, who, ...cells] = line.split(',');
        const row = columns.map((column, index) => [column, cells[index] ?? ''] as const).filter(([, cell]) => cell !== ''); // prettier-ignore
        return [`${route},${who}`, Object.fromEntries(row)];
      }),
  );

export const writeRows = (path: string, rows: Rows): void => writeFileSync(path, written(rows));

import { Refused } from '#core';
import type { Database, Queries } from '#event-store';

import { hasAccounts } from './schema.js';

/** How many people have a password; how many tokens there are and links to choose one, those that ended included. */
export interface AccountCounts {
  readonly passwords: number;
  readonly tokens: number;
  readonly links: number;
}

/** Two sets of accounts beside each other. Sessions belong to neither: whoever was signed in signs in anew. */
export interface AccountsLikeness {
  readonly original: AccountCounts;
  readonly copy: AccountCounts;
  readonly alike: number;
  /** How many only the original holds, and how many the copy holds that are not the original's. */
  readonly missing: number;
  readonly other: number;
}

const utc = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

interface Table {
  readonly name: string;
  readonly key: string;
  readonly kind: string;
  readonly columns: readonly (readonly [name: string, chosen: string])[];
  readonly where: string;
}

const as = (name: string): [string, string] => [name, name];
const at = (name: string): [string, string] => [name, utc(name)];

const TABLES: readonly Table[] = [
  {
    name: 'access.passwords',
    key: 'person_id',
    kind: `'password'`,
    columns: [as('person_id'), as('hash'), at('set_at')],
    where: 'true',
  },
  {
    name: 'access.secrets',
    key: 'secret_id',
    kind: 'kind',
    columns: [
      ...['secret_id', 'kind', 'person_id', 'name', 'digest', 'scopes'].map(as),
      ...['created_at', 'expires_at', 'revoked_at'].map(at),
    ],
    where: `kind <> 'session'`,
  },
];

/** The whole row as one JSON text, so that whatever differs is seen. */
const readOf = ({ name, key, kind, columns, where }: Table): string =>
  `select ${key}::text as key, ${kind} as kind, json_build_object(${columns.map(([name, chosen]) => `'${name}', ${chosen}`).join(', ')})::text as row
   from ${name} where ${where}`;

interface Account {
  readonly key: string;
  readonly kind: string;
  readonly row: string;
}

type Accounts = ReadonlyMap<Table, readonly Account[]>;

/** Offices have hundreds: all at once. */
const readAccounts = async (sql: Queries): Promise<Accounts> => {
  const there = await hasAccounts(sql);
  const all = new Map<Table, Account[]>();
  for (const table of TABLES) all.set(table, there ? await sql.query<Account>(readOf(table)) : []);
  return all;
};

const countsOf = (accounts: Accounts): AccountCounts => {
  const all = [...accounts.values()].flat();
  const count = (wanted: string): number => all.filter(({ kind }) => kind === wanted).length;
  return { passwords: count('password'), tokens: count('token'), links: count('setup') };
};

/** Of one table, what the other one does not hold to the letter. */
const lacking = (accounts: Accounts, table: Table, other: Accounts): Account[] => {
  const known = new Set(other.get(table)?.map(({ row }) => row));
  return (accounts.get(table) ?? []).filter(({ row }) => !known.has(row));
};

const likenessOf = (original: Accounts, copy: Accounts): AccountsLikeness => {
  const counted = (one: Accounts, other: Accounts): number =>
    TABLES.reduce((sum, table) => sum + lacking(one, table, other).length, 0);
  const missing = counted(original, copy);
  const alike = [...original.values()].flat().length - missing;
  return { original: countsOf(original), copy: countsOf(copy), alike, missing, other: counted(copy, original) };
};

/** Compares passwords, tokens and links, whole. Nothing that it tells is a secret. */
export const compareAccounts = async (original: Queries, copy: Queries): Promise<AccountsLikeness> =>
  likenessOf(await readAccounts(original), await readAccounts(copy));

/** @throws Refused `target-has-accounts` when the copy holds what is not the original's. */
export const assertSameAccounts = ({ other }: AccountsLikeness): void => {
  if (other === 0) return;
  const hint = `The target holds ${other} passwords, tokens or links of its own, or an earlier copy of what has changed here since. Empty its schema \`access\`, or give another target.`;
  throw new Refused('target-has-accounts', hint, { other });
};

/** Nobody makes or changes an account meanwhile. */
const LOCK = 'lock table access.passwords, access.secrets in share row exclusive mode';

/**
 * Carries what the target lacks over as it is, in one transaction: all of it, or nothing.
 * @returns how many accounts the target held alike before, and how many were carried.
 * @throws Refused `target-has-accounts`
 */
export const carryAccounts = async (from: Database, to: Database): Promise<{ already: number; moved: number }> => {
  const ours = await readAccounts(from);
  return to.transaction(async (sql) => {
    await sql.query(LOCK);
    const theirs = await readAccounts(sql);
    const likeness = likenessOf(ours, theirs);
    assertSameAccounts(likeness);
    for (const table of TABLES) {
      const rows = lacking(ours, table, theirs).map(({ row }) => row);
      const names = table.columns.map(([name]) => name).join(', ');
      const text = `insert into ${table.name} (${names}) select ${names} from json_populate_recordset(null::${table.name}, $1::text::json)`;
      if (rows.length > 0) await sql.query(text, [`[${rows.join(',')}]`]);
    }
    return { already: likeness.alike, moved: likeness.missing };
  });
};

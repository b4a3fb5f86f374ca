import type { Database } from '#event-store';

import { keys, type TableName, tables } from './schema.js';

/** A row that two generations tell differently, or that only one of them has. */
export interface Difference {
  readonly table: TableName;
  readonly key: string;
  readonly standing?: string;
  readonly replayed?: string;
}

export interface Comparison {
  readonly events: number;
  readonly rows: number;
  readonly differences: readonly Difference[];
}

/** Compares two generations that stand at one position, row by row. */
export const compare = async (
  db: Database,
  standing: string,
  replayed: string,
): Promise<Omit<Comparison, 'events'>> => {
  const differences: Difference[] = [];
  let rows = 0;
  for (const table of Object.keys(tables) as TableName[]) {
    if (table === 'checkpoint') continue;
    const [row] = await db.query<{ count: string }>(`select count(*) as count from ${replayed}.${table}`);
    const count = Number(row?.count ?? 0);
    rows += count;
    differences.push(...(await compareTable(db, table, standing, replayed)));
  }
  return { rows, differences };
};

const compareTable = async (
  db: Database,
  table: TableName,
  standing: string,
  replayed: string,
): Promise<Difference[]> => {
  const key = keys[table];
  const keyText = `concat_ws('/', ${key.map((column) => `coalesce(a.${column}, b.${column})`).join(', ')})`;
  const on = key.map((column) => `a.${column} = b.${column}`).join(' and ');
  const found = await db.query<{ key: string; standing: string | null; replayed: string | null }>(
    `select ${keyText} as key, a::text as standing, b::text as replayed from ${standing}.${table} a
     full join ${replayed}.${table} b on ${on} where a::text is distinct from b::text order by 1 limit 100`,
  );
  return found.map((row) => ({
    table,
    key: row.key,
    ...(row.standing === null ? {} : { standing: row.standing }),
    ...(row.replayed === null ? {} : { replayed: row.replayed }),
  }));
};

import { setTimeout as pause } from 'node:timers/promises';

import { type CurrencyCode, type Day, Refused } from '#core';
import { openSqlEventStore } from '#event-store';
import { assertLogOf, LEADER_LOCK, losses, ReadModels } from '#read-models';

import { type Check, type Found, NotLookedAt, ok, warning, wrong } from './check.js';
import type { Opened } from './database.js';

const LOOK_AGAIN_MS = 2_000;
const EMBEDDED_MS = 90_000;

/** How far the answers are, seen twice, and whether a process keeps them. */
export interface Standing {
  readonly head: number;
  readonly before: number;
  readonly now: number;
  /** Whether somebody leads; undefined where nobody has to. */
  readonly led?: boolean;
}

const REBUILD =
  'Was the log restored from an older copy? Stop the processes and run: rastro migrate. It builds the answers anew.';

export const answersAt = ({ head, before, now, led }: Standing): Found => {
  if (now > head) return wrong(`the answers stand at ${now}, beyond the end of the log at ${head}`, REBUILD);
  if (led === false)
    return wrong(
      `nobody keeps the answers: ${head - now} events behind`,
      'Start a projector, or the API with `npm start`.',
    );
  if (now === head) return ok(`the answers stand at the end of the log, ${head}`);
  const says = `the answers are ${head - now} events behind`;
  if (led === undefined) return warning(says, 'The next start takes them in.');
  if (now > before) return warning(`${says}, and follow`, 'Wait, and look again.');
  return wrong(`${says} and do not move`, 'The log and /health/ready of the projector say which event stopped it.');
};

/** @throws NotLookedAt */
const attached = async (opened: Opened): Promise<ReadModels> => {
  const db = await opened.database();
  if (opened.settings.eventStoreUrl) throw new NotLookedAt('the log lies in an EventStoreDB');
  const store = await openSqlEventStore(db, { create: false }).catch((error: unknown) => {
    throw error instanceof Refused ? new NotLookedAt('the schema of the log is not this program’s') : error;
  });
  return new ReadModels(db, store).attach();
};

const schema = async (opened: Opened): Promise<Found> => {
  try {
    await assertLogOf(await opened.database(), opened.settings.eventStoreUrl ? {} : { dense: true });
    await attached(opened);
    return ok('the answers are of the version that this program knows');
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === 'log-elsewhere') return wrong(`${error.message} (${error.code})`);
    const newer = error.code === 'schema-newer';
    const { engine } = await opened.database();
    if (!newer && engine === 'embedded')
      return warning('there are none of this version yet', 'The next start makes them.');
    return wrong(
      error.message,
      newer ? 'Run the newer program here too.' : 'Stop the processes and run: rastro migrate',
    );
  }
};

const isLed = async (opened: Opened): Promise<boolean | undefined> => {
  const db = await opened.database();
  if (db.engine === 'embedded') return undefined;
  const held = `select 1 from pg_locks where locktype = 'advisory' and objid = $1 and granted
    and database = (select oid from pg_database where datname = current_database())`;
  return (await db.query(held, [LEADER_LOCK])).length > 0;
};

const standing = async (opened: Opened): Promise<Found> => {
  const readModels = await attached(opened).catch((error: unknown) => {
    throw error instanceof Refused ? new NotLookedAt('the schema of the answers is not this program’s') : error;
  });
  const position = async (): Promise<number> => {
    const [row] = await readModels.db.query<{ position: string }>(
      `select position from ${readModels.schema}.checkpoint`,
    );
    return Number(row?.position ?? 0);
  };
  const [before, head, led] = [await position(), await readModels.store.head(), await isLed(opened)];
  if (before < head && led) await pause(LOOK_AGAIN_MS);
  return answersAt({ head, before, now: await position(), ...(led === undefined ? {} : { led }) });
};

/** The last day that the ECB rates in the book cover: without it, newer amounts stay unconverted. */
const rates = async (opened: Opened): Promise<Found> => {
  const readModels = await attached(opened).catch(() => {
    throw new NotLookedAt('the answers could not be opened');
  });
  const rate = readModels.rates.perEuro('USD' as CurrencyCode, new Date().toISOString().slice(0, 10) as Day);
  if (typeof rate !== 'string') return ok(`the ECB rates go up to ${rate.rateOn}`);
  const mend = 'Take in newer ones: rastro rates eurofxref-hist.csv --source ECB';
  return warning('the ECB rates are not up to today: newer amounts stay unconverted', mend);
};

/** Assets that count, whose id another case had first: mostly one thing that was recorded in two cases. */
const namesakes = async (opened: Opened): Promise<Found> => {
  const { db, schema } = await attached(opened).catch(() => {
    throw new NotLookedAt('the answers could not be opened');
  });
  const text = `select c.case_id from ${schema}.cases c where exists (
    select 1 from json_array_elements(c.detail -> 'namesakes') n join ${schema}.assets a on a.asset_id = (n ->> 'id')::uuid
    where n ->> 'kind' = 'asset' and a.stage not in ('duplicate', 'voided')) order by c.first_position`;
  const [first, ...others] = await db.query<{ case_id: string }>(text);
  if (!first) return ok('no two cases gave an asset the same id');
  const count = others.length === 0 ? '1 case' : `${others.length + 1} cases`;
  const says = `${count} gave an asset an id that another case had first: ${first.case_id}`;
  const mend =
    'Each is counted by itself, under an id of its own: GET /cases/{caseId} tells it. Where it is one thing, declare it a duplicate, under the id that its case gave it.';
  return warning(others.length > 0 ? `${says} and others` : says, mend);
};

/** What the log held once and does not hold now, unless somebody said that it is known. */
const lost = async (opened: Opened): Promise<Found> => {
  const readModels = await attached(opened).catch(() => {
    throw new NotLookedAt('the answers could not be opened');
  });
  const [first] = (await losses(readModels)).filter(({ acceptedAt }) => acceptedAt === undefined);
  if (!first) return ok('the log holds all that the answers ever took in, or its losses are known');
  const says = `the log does not hold any more what stood at position ${first.position}, noticed ${first.noticedAt}`;
  return wrong(
    says,
    '`rastro losses` tells all. Restore what is missing, or say that it is known: rastro losses --accept',
  );
};

export const answersChecks = (opened: Opened): Check[] => {
  const patience = opened.settings.databaseUrl ? {} : { patienceMs: EMBEDDED_MS };
  return [
    { name: 'schema of the answers', look: () => schema(opened), ...patience },
    { name: 'answers', look: () => standing(opened), ...patience },
    { name: 'losses', look: () => lost(opened), ...patience },
    { name: 'ids given twice', look: () => namesakes(opened), ...patience },
    { name: 'rates', look: () => rates(opened), ...patience },
  ];
};

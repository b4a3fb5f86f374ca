import { openSqlEventStore } from '#event-store';
import { ReadModels } from '#read-models';
import { boundHeap, openDatabase } from '#runtime';

import { secondsOf } from './measure.js';

/**
 * A process of its own, so that its memory is its own: reads the whole log (`bare`), or rebuilds all read models from it.
 * Takes where and which on the command line, prints a `Rebuilt` as JSON.
 */
export interface Rebuilt {
  readonly events: number;
  readonly seconds: number;
  /** The most memory the process held, in megabytes. */
  readonly peakMb: number;
}

export interface RebuildPlan {
  readonly settings: { readonly data: string } | { readonly databaseUrl: string };
  readonly bare: boolean;
}

const PAGE = 4_000;

boundHeap();
const { settings, bare } = JSON.parse(process.argv[2] ?? '') as RebuildPlan;
const db = await openDatabase(settings);
const store = await openSqlEventStore(db);
const readModels = new ReadModels(db, store);

const readAll = async (): Promise<void> => {
  for (let after = 0, more = true; more;) {
    const page = await store.readAll(after, PAGE);
    after = page.at(-1)?.position ?? after;
    more = page.length === PAGE;
  }
};

const seconds = await secondsOf(bare ? readAll : () => readModels.open());
const rebuilt: Rebuilt = {
  events: await store.head(),
  seconds,
  peakMb: Math.round(process.resourceUsage().maxRSS / 1_024),
};
process.stdout.write(JSON.stringify(rebuilt));
await db.close();

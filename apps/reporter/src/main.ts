import type { Known } from '#casework';
import type { Day } from '#core';
import { Recorder } from '#event-store';
import { ReadModels } from '#read-models';
import { Lease, People, runMain, runWorker } from '#runtime';

import { report, signsOf } from './report.js';

/** Worker: does what the log says is owed. Several may run; each thing is done once. */
await runMain(() =>
  runWorker('reporter', async ({ settings, operations, database, store, jobs, ending, watchOver }) => {
    const { log } = operations;
    const readModels = await new ReadModels(database, store).attach();
    const known: Known = {
      rate: (from, to, on) => readModels.rates.rateBetween(from, to, on),
      today: () => new Date().toISOString().slice(0, 10) as Day,
    };
    const { exports, imports } = settings;
    const now = (): Date => new Date();
    const recorder = new Recorder(store, { now });
    const access = { people: new People(recorder, now, new Lease(database)) };
    const reporting = { jobs, readModels, known, recorder, access, exports, imports, log };
    const working = Promise.all([readModels.watch(ending), report(reporting, ending)]);
    const address = await watchOver(() => signsOf(reporting), working);
    log.info({ address, database: database.name, queues: jobs.engine }, 'does what is owed');
  }),
);

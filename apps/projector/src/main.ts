import { Recorder } from '#event-store';
import { LEADER_LOCK, ReadModels, signOf } from '#read-models';
import { observedTaking, runMain, runWorker, workOff } from '#runtime';

import { rebuildsWork } from './rebuilds.js';

/** Follows the log of a PostgreSQL server and keeps the read models. Of several, one leads; the others take over. */
await runMain(() =>
  runWorker('projector', async ({ operations, database, store, jobs, ending, watchOver }) => {
    const { log } = operations;
    const readModels = await new ReadModels(database, store, observedTaking(operations)).attach();
    const rebuilding = { store, readModels, jobs, recorder: new Recorder(store, { now: () => new Date() }), log };
    let leads = 0;
    const following = database.lead(LEADER_LOCK, ending, {
      async lead(signal) {
        leads = 1;
        log.info({ position: readModels.position() }, 'leads');
        await readModels.start(signal);
        leads = 0;
        log.info({ position: readModels.position() }, 'leads no more');
      },
      standBy: (signal) => readModels.watch(signal),
    });
    const working = workOff([rebuildsWork(rebuilding)], rebuilding, ending);
    const signs = async () => {
      const { figures, ...rest } = await signOf(readModels);
      return { book: { figures: { ...figures, leads }, ...rest } };
    };
    const address = await watchOver(signs, Promise.all([following, working]));
    log.info({ address, database: database.name }, 'follows the log');
  }),
);

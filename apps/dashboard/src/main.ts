import { healthOf, onStop, openOperations, readSettings, runMain, serveHealth } from '#runtime';

/** The pages, which come with a later release. Until then it says that it lives, and is watched like the others. */
await runMain(async () => {
  const settings = readSettings(process.env);
  const operations = await openOperations('dashboard', settings);
  const health = healthOf('dashboard', () => Promise.resolve({ pages: { figures: { pages: 0 } } }), operations);
  const serving = await serveHealth(health, settings);
  operations.log.info(
    { address: serving.address },
    'has no pages in this release; /docs of the API is the one there is',
  );
  onStop(async () => {
    operations.stopping.abort();
    await serving.stop();
  });
});

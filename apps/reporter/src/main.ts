import { Refused } from '#core';
import { runMain } from '#runtime';

/** Worker for closing quarters. This release has no jobs; exports are written by `rastro export`. */
await runMain(() => {
  const hint = 'The reporter has no jobs of its own in this release. Write figures with `rastro export figures`.';
  return Promise.reject(new Refused('nothing-to-run', hint));
});

import { Refused } from '#core';
import { runMain } from '#runtime';

/** The pages. This release has only the page of the API, which the API serves itself. */
await runMain(() => {
  const hint =
    'The dashboard has no pages of its own in this release. `npm start` serves the page of the API at /docs.';
  return Promise.reject(new Refused('nothing-to-run', hint));
});

import type { Pace } from '#runtime';

/** Of queues under test: patient enough for a busy machine, and still quick. */
export const PACE_OF_TESTS: Partial<Pace> = {
  attempts: 3,
  backoffMs: 50,
  lockMs: 1_500,
  stalledMs: 500,
  graceMs: 1_000,
};

import { setTimeout as pause } from 'node:timers/promises';

/** How long what another process changed may stay unknown here, in milliseconds. */
const SHARED_MS = 1_000;
/** The same where no other process is: whoever changes something here says so. A write that nobody heard of is seen by then. */
const ALONE_MS = 60_000;
/** Clocks of two machines do not run alike to the millisecond, nor do timers. */
const MARGIN_MS = 100;

/**
 * What a process knows of who may what is lent to it: it goes by it for so long at most, counted from when it asked, and asks again
 * before it answers anybody. So whoever takes something away knows when nobody goes by what was before.
 */
export class Lease {
  /** `alone`: no other process has the database or the log open. */
  constructor(readonly alone = false) {}

  /** In milliseconds. */
  get lastsMs(): number {
    return this.alone ? ALONE_MS : SHARED_MS;
  }

  /** Resolves when all that other processes had asked before is asked anew. */
  async runOut(): Promise<void> {
    if (!this.alone) await pause(SHARED_MS + MARGIN_MS);
  }
}

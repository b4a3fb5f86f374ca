import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { type Taken, takesAway } from '#access';
import { liveSchema, ReadModels } from '#read-models';
import type { Access } from '#runtime';

import { LONGEST_WAIT_MS } from '../asking.js';
import { ACCESS } from '../given.js';
import { Invalid } from '../http/invalid.js';
import type { RouteAct } from './reader.js';

/** Tells when what was taken away by a fact of a case is gone from every answer. */
@Injectable()
export class TakingBack {
  constructor(
    @Inject(ReadModels) private readonly readModels: ReadModels,
    @Inject(ACCESS) private readonly access: Access,
  ) {}

  /**
   * Waits until no process answers with what was decided to be taken away; where nothing was, with what was asked for.
   * @throws Invalid `not-yet-visible` (503) where it stands in the log, and the answers do not know it in time.
   */
  async gone(
    decided: readonly Taken[],
    { type, codes }: { type: string; codes: readonly string[] | undefined },
    position: number,
  ): Promise<void> {
    if (!takesAway(decided, type, codes)) return;
    if (!(await this.readModels.waitFor(position, LONGEST_WAIT_MS))) {
      const hint = 'It is recorded, but the answers do not know it yet: repeat it with the same key.';
      throw new Invalid('not-yet-visible', hint, [], 503);
    }
    await this.access.lease.runOut();
  }
}

/**
 * Nobody is answered out of rows that another process has replaced, and keeps no more: which ones answer is known for as long as
 * anything else that another process may change. A hook, so that no question can forget it.
 */
export const holdToLease = (
  server: FastifyInstance,
  readModels: ReadModels,
  { lease }: Access,
  actOf: (request: FastifyRequest) => RouteAct | undefined,
): void => {
  if (lease.alone) return;
  lease.seeing({ text: liveSchema, see: (schema) => readModels.see(schema) });
  server.addHook('onRequest', async (request) => {
    if (!request.is404 && actOf(request) !== 'public') await lease.hold();
  });
};

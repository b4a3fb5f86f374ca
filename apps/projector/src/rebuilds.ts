import type { CountryCode } from '#core';
import { type Actor, type Recorder, Tail } from '#event-store';
import type { ReadModels } from '#read-models';
import { concludeRebuild, type Rebuild, REBUILDS_QUEUE, REBUILDS_STREAM, rebuildsDecider } from '#reporting';
import { type Job, type Logger, progressOf, type Work } from '#runtime';

export interface Rebuilding {
  readonly readModels: ReadModels;
  readonly recorder: Recorder;
  readonly log: Logger;
}

const projector: Actor = { person: 'rastro', authority: 'Projector', jurisdiction: 'ZZ' as CountryCode };

/** Rebuilds that were asked for. Only who follows the log does them; whoever takes over begins anew with what was not concluded. */
export const rebuildsWork = (rebuilding: Rebuilding): Work => {
  const requests = new Tail(rebuilding.readModels.store, REBUILDS_STREAM, rebuildsDecider);
  return {
    queue: REBUILDS_QUEUE,
    mayHere: () => rebuilding.readModels.follows,
    async owed() {
      const open = [...(await requests.state()).values()].filter(({ concluded }) => !concluded);
      return open.map(({ asked }) => ({ id: asked.rebuildId, data: {} }));
    },
    async do(job) {
      const request = (await requests.state()).get(job.id);
      if (request && !request.concluded) await rebuild(rebuilding, request.asked, job);
    },
  };
};

const rebuild = async ({ readModels, recorder, log }: Rebuilding, asked: Rebuild['asked'], job: Job): Promise<void> => {
  const { rebuildId, accept } = asked;
  const { signal } = job;
  const told = await readModels.rebuild({ accept, signal, name: rebuildId, onProgress: progressOf(job) });
  const { events: position, rows, switched } = told;
  const conclusion = { rebuildId, position, rows, differences: told.differences.length, switched };
  const commandId = `conclude-${rebuildId}`;
  const command = { actor: projector, commandId, commandHash: commandId, expected: 'any' as const };
  await recorder.record(REBUILDS_STREAM, rebuildsDecider, [concludeRebuild(conclusion)], command);
  log.info(conclusion, 'rebuild concluded');
};

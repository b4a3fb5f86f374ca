import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';

import { type CountryCode, Refused } from '#core';
import type { Actor, Recorder } from '#event-store';
import type { ReadModels } from '#read-models';
import {
  askedOf,
  exportFigures,
  EXPORTS_STREAM,
  exportsDecider,
  type ExportRequest,
  fileNameOf,
  refuseExport,
} from '#reporting';
import { type Jobs, type Logger, writeOnce } from '#runtime';

export const EXPORTS_QUEUE = 'exports';
const AT_ONCE = 2;
/** How often the log is asked what is owed, though it did not change: queues may have been emptied. */
const SWEEP_MS = 15_000;
const VISIBLE_MS = 60_000;

const reporter: Actor = { person: 'rastro', authority: 'Reporter', jurisdiction: 'ZZ' as CountryCode };

export interface Reporting {
  readonly readModels: ReadModels;
  readonly recorder: Recorder;
  readonly jobs: Jobs;
  /** Where the files go. */
  readonly folder: string;
  readonly log: Logger;
  readonly sweepMs?: number;
}

const requestsOf = async ({ recorder }: Reporting): Promise<Map<string, ExportRequest>> =>
  (await recorder.read(EXPORTS_STREAM, exportsDecider)).state;

const isOwed = ({ folder }: Reporting, { asked, refused }: ExportRequest): boolean =>
  !refused && !existsSync(join(folder, fileNameOf(asked)));

/** Writes the file of one export, unless it is there; what can never be written is refused for good, in the log. */
const writeExport = async (reporting: Reporting, exportId: string): Promise<void> => {
  const { readModels, recorder, folder, log } = reporting;
  const request = (await requestsOf(reporting)).get(exportId);
  if (!request || !isOwed(reporting, request)) return;
  const { asked } = request;
  if (!(await readModels.waitFor(asked.asOf, VISIBLE_MS)))
    throw new Error(`the answers do not stand at ${asked.asOf} yet`);
  try {
    const written = await writeOnce(
      folder,
      fileNameOf(asked),
      await exportFigures(readModels, askedOf(asked), asked.format),
    );
    log.info({ exportId, written }, 'export written');
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const command = {
      actor: reporter,
      commandId: `refuse-${exportId}`,
      commandHash: error.code,
      expected: 'any' as const,
    };
    await recorder.record(EXPORTS_STREAM, exportsDecider, [refuseExport(exportId, error.code)], command);
    log.warn({ exportId, code: error.code }, 'export refused');
  }
};

/** Adds to the queue what the log says is owed. @returns how many are. */
export const addOwedExports = async (reporting: Reporting): Promise<number> => {
  const owed = [...(await requestsOf(reporting)).values()].filter((request) => isOwed(reporting, request));
  await reporting.jobs.add(
    EXPORTS_QUEUE,
    owed.map(({ asked }) => ({ id: asked.exportId, data: {} })),
  );
  return owed.length;
};

/** Writes the files that were asked for, as they are asked for, until the signal aborts. */
export const reportExports = async (reporting: Reporting, signal: AbortSignal): Promise<void> => {
  const { jobs, log, readModels, sweepMs = SWEEP_MS } = reporting;
  await jobs.work(EXPORTS_QUEUE, ({ id }) => writeExport(reporting, id), AT_ONCE);
  let [position, swept] = [-1, -Infinity];
  while (!signal.aborted) {
    try {
      const head = await readModels.store.head();
      if (head !== position || performance.now() - swept > sweepMs) {
        await addOwedExports(reporting);
        [position, swept] = [head, performance.now()];
      }
      await readModels.store.changed(position, signal);
    } catch (error) {
      log.error({ err: error }, 'what is owed could not be seen');
      await pause(1_000, undefined, { signal }).catch(() => undefined);
    }
  }
};

import { type Logger, openLog } from './log.js';
import { Meters } from './meters.js';
import { openTracing, type Tracing } from './tracing.js';

/** How a process is watched: what it logs, counts and traces, and whether it is about to stop. */
export interface Operations {
  readonly process: string;
  readonly log: Logger;
  readonly meters: Meters;
  readonly tracing: Tracing;
  /** From then on it is not ready, though it still works. */
  readonly stopping: AbortController;
}

export const openOperations = async (
  process: string,
  { log, otlpEndpoint }: { readonly log: string; readonly otlpEndpoint?: string },
): Promise<Operations> => ({
  process,
  log: openLog(process, log),
  meters: new Meters(process),
  tracing: await openTracing(process, otlpEndpoint),
  stopping: new AbortController(),
});

import { Meters, openLog, openTracing, type Operations } from '#runtime';

import { Collector } from './collector.js';

/** The operations of an API, and all that is told by them: the lines of its log, and the spans that a collector got. */
export interface Watched {
  readonly operations: Operations;
  readonly lines: string[];
  readonly collector: Collector;
}

export const watched = async (): Promise<Watched> => {
  const [collector, lines]: [Collector, string[]] = [new Collector(), []];
  const operations: Operations = {
    process: 'api',
    log: openLog('api', 'debug', { write: (line: string) => void lines.push(line) }),
    meters: new Meters('api'),
    tracing: await openTracing('api', await collector.start()),
    stopping: new AbortController(),
  };
  return { operations, lines, collector };
};

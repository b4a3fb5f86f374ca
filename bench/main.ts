import { parseArgs } from 'node:util';

import { boundHeap } from '#runtime';

import { access } from './access.js';
import { apart } from './apart.js';
import { appending } from './appending.js';
import { embedded, server } from './engine.js';
import { growing } from './growing.js';
import { importing } from './importing.js';
import { jobs } from './jobs.js';
import { looking } from './looking.js';
import { recording } from './recording.js';
import { refusing } from './refusing.js';
import { signing } from './signing.js';
import { simulation } from './simulation.js';

/** As every app does. */
boundHeap();

const suites = {
  recording,
  apart,
  importing,
  growing,
  appending,
  looking,
  jobs,
  signing,
  access,
  simulation,
  refusing,
};

const help = `npm run bench -- [--short] [--only ${Object.keys(suites).join('|')}] [--database URL] [--flush-ms 1] [--events 10000,1000000] [--redis URL]

Prints one JSON line a measurement, each beside its yardstick from the same run. Without --database the embedded engine is measured. Recording on a server needs pgbench; apart is measured on a server alone.
Appending is measured on an EventStoreDB: that of TEST_EVENTSTORE_URL, or the double of the tests. Jobs are measured on a private Redis unless --redis names one.
--flush-ms has the server wait so long before each flush, for the yardstick as for Rastro, as a disk that is slower would (commit_delay; needs a superuser).
--short runs everything once with little work, to see that it runs; its figures say nothing.`;

const { values } = parseArgs({
  options: {
    short: { type: 'boolean' },
    only: { type: 'string' },
    database: { type: 'string' },
    'flush-ms': { type: 'string' },
    events: { type: 'string' },
    redis: { type: 'string' },
    help: { type: 'boolean' },
  },
});

if (values.help) process.stdout.write(`${help}\n`);
else {
  const short = values.short ?? false;
  const events = (values.events ?? (short ? '1000,2000' : '10000,100000,1000000')).split(',').map(Number);
  const flush = values['flush-ms'] ? { flushMs: Number(values['flush-ms']) } : {};
  const asked = { short, events, ...flush, ...(values.redis ? { redisUrl: values.redis } : {}) };
  const engine = values.database ? server(values.database, asked) : embedded(asked);
  for (const [name, suite] of Object.entries(suites)) {
    if (!values.only || values.only === name) await suite(engine);
  }
}

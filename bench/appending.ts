import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { type Append, openEventStoreDb } from '#event-store';

import { sealedOne } from './invented.js';
import type { Engine } from './engine.js';
import { print, round, secondsOf } from './measure.js';

const IN_FLIGHT = 64;
const SERVER = ['--import', './test/support/typescript.mjs', 'test/eventstoredb/main.ts'];

/** The server of TEST_EVENTSTORE_URL, or the double that the tests use, in a process of its own. */
const serverFor = async (): Promise<{ url: string; stop: () => void }> => {
  const given = process.env['TEST_EVENTSTORE_URL'];
  if (given) return { url: given, stop: () => undefined };
  const child = spawn(process.execPath, SERVER, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { url, stop: () => void child.kill() };
};

/** Each of so many at a time begins the next append when one is answered. */
const inFlight = async (appends: readonly Append[], send: (append: Append) => Promise<unknown>): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let append = appends[next++]; append; append = appends[next++]) await send(append);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
};

/**
 * Appends of one event of a kilobyte, each to a stream of its own, by the adapter and by the bare client, in turns so that a machine
 * which is busy with other things is as busy for both.
 */
export const appending = async ({ short }: Engine): Promise<void> => {
  const server = await serverFor();
  const store = await openEventStoreDb(server.url);
  const bare = EventStoreDBClient.connectionString(server.url);
  const [rounds, each] = short ? [1, 64] : [40, 500];
  const batch = (): Append[] => Array.from({ length: each }, () => sealedOne());
  const byClient = ({ stream, events }: Append): Promise<unknown> => {
    const proposals = events.map(({ id, type, data, metadata }) =>
      jsonEvent({ id, type, data: data as Record<string, string>, metadata }),
    );
    return bare.appendToStream(stream, proposals, { expectedRevision: NO_STREAM });
  };
  const byUs = (append: Append): Promise<unknown> => store.append(append);
  for (const send of [byClient, byUs, byClient, byUs]) await inFlight(batch(), send);
  let [client, us] = [0, 0];
  for (let count = 0; count < rounds; count += 1) {
    const [theirs, ours] = [batch(), batch()];
    client += await secondsOf(() => inFlight(theirs, byClient));
    us += await secondsOf(() => inFlight(ours, byUs));
  }
  print({
    what: `append through the EventStoreDB adapter, ${IN_FLIGHT} in flight, 1 event of 1 KB`,
    engine: 'eventstoredb',
    measured: round((rounds * each) / us, 0),
    unit: 'appends/s',
    yardstick: {
      what: 'the bare client against the same server, in turns',
      measured: round((rounds * each) / client, 0),
    },
    ratio: round(client / us),
    required: '>= 0.9',
  });
  await store.close();
  await bare.dispose();
  server.stop();
};

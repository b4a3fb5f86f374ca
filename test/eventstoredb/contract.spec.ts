import { openEventStoreDb } from '#event-store';

import { keepsTheContract } from '../contracts/event-store.contract.js';
import { TestServer } from './server.js';

/** A real server is tested where one is named; it is written to. */
const given = process.env['TEST_EVENTSTORE_URL'];

if (given) {
  keepsTheContract('the EventStoreDB server of TEST_EVENTSTORE_URL', async () => {
    const store = await openEventStoreDb(given);
    return { store, close: () => store.close() };
  });
} else {
  keepsTheContract('EventStoreDB, its double', async () => {
    const server = await TestServer.start();
    const store = await openEventStoreDb(server.url);
    return { store, close: () => store.close().then(() => server.stop()) };
  });

  keepsTheContract('EventStoreDB, its double before there were batches', async () => {
    const server = await TestServer.start({ batches: false });
    const store = await openEventStoreDb(server.url);
    return { store, close: () => store.close().then(() => server.stop()) };
  });
}

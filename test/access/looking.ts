// Records looks until it is killed, eight at a time, and prints the id of each that stands: `looking.ts URL`.
import { randomUUID } from 'node:crypto';

import { type CountryCode, idOf } from '#core';
import { type Look, openAccessLog, openServer } from '#runtime';

const log = await openAccessLog(await openServer(process.argv[2] ?? ''));
const person = { id: idOf<'person'>(randomUUID()), name: 'A. Reader' };

const look = (requestId: string): Look => ({
  kind: 'consultation',
  outcome: 'given',
  person,
  authority: 'Audiencia Nacional',
  jurisdiction: 'ES' as CountryCode,
  route: 'GET /v1/cases/:caseId',
  caseIds: [idOf<'case'>(randomUUID())],
  requestId,
});

const caller = async (): Promise<never> => {
  for (;;) {
    const requestId = randomUUID();
    await log.record([look(requestId)]);
    process.stdout.write(`${requestId}\n`);
  }
};

await Promise.all(Array.from({ length: 8 }, caller));

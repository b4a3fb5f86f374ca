import { randomUUID } from 'node:crypto';

import { type CountryCode, idOf } from '#core';
import { type AccessLog, type Look, openAccessLog } from '#runtime';

import type { Engine, Opened } from './engine.js';
import { print, round, secondsOf } from './measure.js';

const INSERT = `insert into public.bench_looks (at, person_id, person_name, authority, jurisdiction, route, case_ids, request_id, hash)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;
const TABLE = `create table public.bench_looks (id bigserial primary key, at text, person_id uuid, person_name text, authority text,
  jurisdiction text, route text, case_ids uuid[], request_id text, hash text)`;

const person = { id: idOf<'person'>(randomUUID()), name: 'A. Reader' };
const cases = Array.from({ length: 200 }, () => idOf<'case'>(randomUUID()));

const aLook = (): Look => ({
  kind: 'consultation',
  outcome: 'given',
  person,
  authority: 'Bench',
  jurisdiction: 'ES' as CountryCode,
  route: 'GET /v1/cases/:caseId',
  caseIds: [cases[Math.floor(Math.random() * cases.length)] ?? idOf(randomUUID())],
  requestId: randomUUID(),
});

/** So many callers, each with the next when the last is answered. */
const shared = async (callers: number, total: number, one: () => Promise<unknown>): Promise<void> => {
  let left = total;
  const caller = async (): Promise<void> => {
    while (left-- > 0) await one();
  };
  await Promise.all(Array.from({ length: callers }, caller));
};

const barely =
  ({ bare }: Opened) =>
  (): Promise<unknown> => {
    const { authority, jurisdiction, route, caseIds, requestId } = aLook();
    const who = [new Date().toISOString(), person.id, person.name, authority, jurisdiction];
    return bare(INSERT, [...who, route, `{${caseIds.join(',')}}`, requestId, 'f'.repeat(64)]);
  };

const measure = async (opened: Opened, log: AccessLog, callers: number, { name, short }: Engine): Promise<void> => {
  const [rounds, each, one] = short ? [1, 64, 16] : [5, callers === 1 ? 200 : 2_000, 100];
  const [ours, theirs] = [() => log.record([aLook()]), barely(opened)];
  await shared(callers, each, ours);
  let [us, bare] = [0, 0];
  for (let count = 0; count < rounds; count += 1) {
    bare += await secondsOf(() => shared(1, one, theirs));
    us += await secondsOf(() => shared(callers, each, ours));
  }
  print({
    what: `record a look in the access log, ${callers} ${callers === 1 ? 'caller' : 'callers'}`,
    engine: name,
    measured: round((rounds * each) / us, 0),
    unit: 'records/s',
    yardstick: {
      what: 'single-row durable inserts through the bare driver, without chain and indexes, in turns',
      measured: round((rounds * one) / bare, 0),
    },
    ratio: round((bare / us) * (each / one)),
  });
};

/** Records of the access log: each is on the disk before it is answered, and every read waits for its own. */
export const looking = async (engine: Engine): Promise<void> => {
  const opened = await engine.open();
  try {
    const log = await openAccessLog(opened.db);
    await opened.db.execute(TABLE);
    for (const callers of [1, 64]) await measure(opened, log, callers, engine);
    let records = 0;
    const seconds = await secondsOf(async () => ({ records } = await log.verify()));
    print({
      what: 'verify the chain of the access log',
      engine: engine.name,
      measured: round(records / seconds, 0),
      unit: 'records/s',
    });
  } finally {
    await opened.drop();
  }
};

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { decide } from '#casework';
import type { CaseId, CountryCode, Day, ShareId } from '#core';
import type { Actor } from '#event-store';
import { ReadModels } from '#read-models';

import { Book } from '../support/book.js';
import { admit, type Somebody } from '../support/people.js';
import { until } from '../support/until.js';
import { opening } from './samples.js';
import { problemOf, type Reply, Service } from './service.js';

const PT = 'PT' as CountryCode;
const over = { withdrawnOn: '2026-03-01' as Day, reason: 'over' };

/** Something that goes on until it is stopped. */
class Running {
  readonly #end = new AbortController();
  readonly #running: Promise<void>;

  constructor(run: (signal: AbortSignal) => Promise<void>) {
    this.#running = run(this.#end.signal);
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }
}

/** A service that only looks at the answers, which somebody else keeps. */
describe('a share that is taken back where another process keeps the answers', () => {
  let service: Service;
  let keeper: ReadModels;
  let keeping: Running;
  let watching: Running;
  let pia: Somebody;
  let caseId: CaseId;
  let shareId: ShareId;
  const watch = (): Running => new Running((signal) => service.book.readModels.watch(signal));
  beforeEach(async () => {
    service = await Service.start('data/exports', await Book.open(undefined, { alone: false }), { follows: false });
    const { access, db, store } = service.book;
    keeper = await new ReadModels(db, store).open();
    keeping = new Running((signal) => keeper.start(signal));
    watching = watch();
    const actor = { person: 'Pia', authority: 'PJ', jurisdiction: PT } as Actor;
    pia = await admit(access, actor, [{ role: 'investigator', jurisdiction: PT }]);
    caseId = (await service.made('/v1/cases', opening, 'caseId')) as CaseId;
    const share = { jurisdiction: PT, extent: 'whole', sharedOn: '2026-02-01' };
    shareId = (await service.made(`/v1/cases/${caseId}/shares`, share, 'shareId')) as string as ShareId;
  });
  afterEach(async () => {
    await Promise.all([keeping.stop(), watching.stop()]);
    await service.stop();
  });

  const asPia = async (): Promise<number> => {
    const headers = { authorization: `Bearer ${pia.secret}` };
    return (await service.send('GET', `/v1/cases/${caseId}`, { headers })).status;
  };
  const withdraw = (): Promise<Reply> =>
    service.post(`/v1/cases/${caseId}/shares/${shareId}/withdrawal`, over, { 'idempotency-key': 'over' });

  it('is not told to be while they do not know it; told again with the same key, it is', async () => {
    await keeping.stop();
    expect(problemOf(await withdraw())).toMatchObject({ status: 503, code: 'not-yet-visible' });
    expect(await asPia()).toBe(200);
    await keeper.catchUp();
    expect((await withdraw()).status).toBe(201);
    expect(await asPia()).toBe(404);
  });

  it('is not answered out of the rows that it replaced, though nobody here looks', async () => {
    await watching.stop();
    expect(await asPia()).toBe(200);
    expect((await keeper.rebuild()).switched).toBe(true);
    const { position } = await service.book.record(caseId, decide.CaseShareWithdrawn({ shareId, ...over }));
    expect(await keeper.waitFor(position, 5_000)).toBe(true);
    await until(asPia, (status) => status === 404, 3_000);
  });
});

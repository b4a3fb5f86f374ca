import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { noPrivateServer, type PostgresServer, startPrivatePostgres } from '../support/postgres.js';
import { until } from '../support/until.js';
import { type Callers, migrate } from './callers.js';
import { House } from './house.js';
import { seed } from './plan.js';
import type { Slot } from './slot.js';
import { NOTHING_WRONG } from './truth.js';

/**
 * An approval appends three times: that it is approved, the fact, that it is carried out. A process that has just started
 * appends the first in turn, and the others by one statement each: those are the first and the second here.
 */
const moments = [
  ['when it is approved, and the fact is not there', 'append: nothing sent yet', 1],
  ['while the fact is recorded', 'append: sent, unanswered', 1],
  ['when the fact is there, and nobody knows', 'append: committed, the client not told', 1],
  ['before it is told as carried out', 'append: nothing sent yet', 2],
  ['while it is told as carried out', 'append: sent, unanswered', 2],
  ['when all is there but the answer', 'append: committed, the client not told', 2],
] as const;
const TRIES = 3;

const opening = { reference: '1', title: 'A case', authority: 'Court 3', jurisdiction: 'ES', openedOn: '2026-01-10' };
const identified = { category: 'vessel', description: 'Yacht', identifiers: [], identifiedOn: '2026-01-12', jurisdiction: 'ES' }; // prettier-ignore

interface Answer {
  readonly status: number;
  readonly body: { readonly eventIds: string[]; readonly ids: Record<string, string>; readonly proposalId: string };
}

if (noPrivateServer)
  describe.skip(`approvals over a PostgreSQL server: ${noPrivateServer}`, () => it('are survived', () => undefined));
else
  describe(`what a second person approves, and the process dies (seed ${seed})`, () => {
    const acknowledged = new Map<string, readonly string[]>();
    let server: PostgresServer;
    let house: House;
    let api: Slot;

    beforeAll(async () => {
      server = await startPrivatePostgres();
      house = new House(server.url, await migrate(server.url));
      await house.start('api', 'projector');
      api = house.one('api');
    });
    afterAll(async () => {
      await house.stop();
      await server.stop();
    });

    const send = async (key: string, path: string, body: object, by: keyof Callers = 'ana'): Promise<Answer> => {
      const authorization = `Bearer ${house.callers[by]}`;
      const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': key, 'if-match': '*' };
      const sent = await api.fetch(`/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: sent.status, body: (await sent.json()) as Answer['body'] };
    };
    const made = async (key: string, path: string, body: object): Promise<Answer['body']> => {
      const { body: receipt } = await send(key, path, body);
      acknowledged.set(key, receipt.eventIds);
      return receipt;
    };
    /** A proposal to void an entry. @returns its id. */
    const proposed = async (key: string): Promise<string> => {
      const file = `cases/${(await made(`${key}-case`, 'cases', opening)).ids['caseId']}`;
      const { eventIds } = await made(`${key}-asset`, `${file}/assets`, identified);
      const { status, body } = await send(key, `${file}/entries/${eventIds[0]}/voidings`, { reason: 'A slip' });
      expect(status).toBe(202);
      acknowledged.set(key, [`ActProposed ${body.proposalId}`]);
      return body.proposalId;
    };
    const tell = (key: string, proposalId: string, eventIds: readonly string[]): void => {
      acknowledged.set(`${key}-approval`, [`ProposalApproved ${proposalId}`]);
      acknowledged.set(`settle-${proposalId}`, [`ProposalCarriedOut ${proposalId}`]);
      acknowledged.set(`proposal-${proposalId}`, eventIds);
    };

    it.each(moments)('%s: it is carried out once, however often the approval is sent', async (moment, step, nth) => {
      const key = moment.replace(/\W+/g, '-');
      const proposalId = await proposed(key);
      const approve = (): Promise<Answer | undefined> =>
        send(`${key}-approval`, `proposals/${proposalId}/approval`, {}, 'rui').catch(() => undefined);
      await api.replace({ TEST_FAILPOINT: step, TEST_FAILPOINT_NTH: String(nth) });
      await api.answering();
      expect(await approve()).toBeUndefined();
      expect(api.said).toContain(`died at "${step}"`);
      const { body } = (await until(approve, (answer) => answer?.status === 201, 60_000)) as Answer;
      for (let again = 0; again < TRIES; again += 1) expect((await approve())?.body.eventIds).toEqual(body.eventIds);
      expect(body.eventIds).toHaveLength(1);
      tell(key, proposalId, body.eventIds);
      await house.healed();
      expect(await house.truth(acknowledged)).toEqual(NOTHING_WRONG);
    });
  });

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Role } from '#access';
import type { CountryCode } from '#core';
import type { Actor } from '#event-store';
import { openServer } from '#runtime';

import { openBookOn } from '../../apps/api/src/book.js';
import { opening, operation, yacht } from '../http/samples.js';
import { admit, type Granted, type Somebody } from '../support/people.js';
import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';
import { until } from '../support/until.js';
import { AppProcess } from './process.js';

interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

const [ES, PT] = ['ES', 'PT'] as CountryCode[] as [CountryCode, CountryCode];
const held = (role: Role, jurisdiction = ES, more: Partial<Granted> = {}): Granted => ({ role, jurisdiction, ...more });

if (noServer) describe.skip(`processes on a PostgreSQL server: ${noServer}`, () => it('are tested', () => undefined));
else
  describe('what was taken back at one process', () => {
    let server: PostgresServer;
    let book: Awaited<ReturnType<typeof openBookOn>>;
    let [one, other]: AppProcess[] = [];
    let projector: AppProcess;
    let [ada, eva, tom]: Somebody[] = [];
    let count = 0;

    beforeAll(async () => {
      server = await startPostgres();
      book = await openBookOn(await openServer(server.url), { follow: 'once' });
      ada = await newcomer('Ada', held('administrator'));
      eva = await newcomer('Eva', held('supervisor'));
      tom = await newcomer('Tom', held('investigator'));
      const env = { DATABASE_URL: server.url };
      projector = await AppProcess.start('projector', env);
      [one, other] = await Promise.all([AppProcess.start('api', env), AppProcess.start('api', env)]);
    }, 120_000);
    afterAll(async () => {
      await Promise.all([one, other, projector].map((process) => process?.end('SIGKILL')));
      await book.close();
      await server.stop();
    });

    const newcomer = (name: string, ...grants: Granted[]): Promise<Somebody> =>
      admit(book.access, { person: name, authority: 'Authority', jurisdiction: ES } as Actor, grants);
    const somebody = (...grants: Granted[]): Promise<Somebody> => newcomer(`Person ${(count += 1)}`, ...grants);

    const ask = async (at: AppProcess | undefined, who: Somebody | undefined, path: string, init: RequestInit = {}): Promise<Reply> => {
      const headers = { authorization: `Bearer ${who?.secret ?? ''}`, 'rastro-reason': 'test', ...init.headers };
      const response = await at?.fetch(path, { ...init, headers });
      const text = (await response?.text()) ?? '';
      return { status: response?.status ?? 0, body: JSON.parse(text) as Record<string, unknown>, text };
    }; // prettier-ignore
    const tell = (who: Somebody | undefined, path: string, body: object): Promise<Reply> => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': `key-${(count += 1)}`, 'if-match': '*' };
      return ask(one, who, path, { method: 'POST', headers, body: JSON.stringify(body) });
    };
    /** Tells it at the one process. @returns what it made. */
    const told = async (who: Somebody | undefined, path: string, body: object): Promise<Record<string, string>> => {
      const { status, body: answer } = await tell(who, path, body);
      expect([path, status, answer]).toEqual([path, 201, answer]);
      return { ...(answer['ids'] as Record<string, string>), eventId: (answer['eventIds'] as string[])[0] ?? '' };
    };
    const opened = async (): Promise<string> => (await told(eva, '/v1/cases', opening))['caseId'] ?? '';
    /** Once the other process answers with it. */
    const sees = (who: Somebody, path: string): Promise<Reply> =>
      until(() => ask(other, who, path), ({ status }) => status === 200); // prettier-ignore
    /** Seen at the other process, taken back at the one, and asked for again at the other. @returns what is answered then. */
    const after = async (who: Somebody, path: string, takeBack: () => Promise<unknown>): Promise<Reply> => {
      await sees(who, path);
      await takeBack();
      return ask(other, who, path);
    };
    const shared = async (caseId: string): Promise<string> => {
      const share = { jurisdiction: PT, extent: 'whole', sharedOn: '2026-02-01' };
      return (await told(eva, `/v1/cases/${caseId}/shares`, share))['shareId'] ?? '';
    };

    it('is a role: its grant is revoked', async () => {
      const [ines, caseId] = [await somebody(held('supervisor')), await opened()];
      const { grants } = (await sees(ines, '/v1/me')).body as { grants: { grantId: string }[] };
      const revocation = `/v1/people/${ines.personId}/grants/${grants[0]?.grantId ?? ''}/revocation`;
      const { status } = await after(ines, `/v1/cases/${caseId}`, () => told(ada, revocation, { reason: 'moved' }));
      expect(status).toBe(403);
    });

    it('is a right of a role: the rule of it is changed, and the glass closes', async () => {
      const [pia, caseId] = [await somebody(held('investigator', PT)), await opened()];
      await told(pia, `/v1/cases/${caseId}/glass`, { reason: 'a life is at stake', hours: '1' });
      const rule = { role: 'investigator', act: 'consult', relation: 'glass', allowed: false };
      const { status } = await after(pia, `/v1/cases/${caseId}`, () => told(ada, '/v1/rules/roles', rule));
      expect(status).toBe(404);
    });

    it('is a session: it is ended', async () => {
      const ines = await somebody(held('supervisor'));
      const { status } = await after(ines, '/v1/me', () =>
        ask(one, ines, '/v1/sessions/current', { method: 'DELETE' }),
      );
      expect(status).toBe(401);
    });

    it('is a token: it is revoked', async () => {
      const job = await somebody(held('reporting-job'));
      const asked = { name: 'quarterly', scopes: ['figures', 'count'], days: '30' };
      const { body } = await tell(ada, `/v1/people/${job.personId}/tokens`, asked);
      const { tokenId = '' } = body['ids'] as Record<string, string>;
      const revocation = `/v1/people/${job.personId}/tokens/${tokenId}/revocation`;
      const bearer = { ...job, secret: String(body['secret']) };
      const { status } = await after(bearer, '/v1/figures?period=2026Q1', () => told(ada, revocation, { reason: 'lost' }));
      expect(status).toBe(401);
    }); // prettier-ignore

    it('is all of somebody who left: they are barred', async () => {
      const ines = await somebody(held('supervisor'));
      const { status } = await after(ines, '/v1/me', () => told(ada, `/v1/people/${ines.personId}/barring`, { reason: 'left' }));
      expect(status).toBe(401);
    }); // prettier-ignore

    it('is a share: it is withdrawn', async () => {
      const [pia, caseId] = [await somebody(held('investigator', PT)), await opened()];
      const withdrawal = `/v1/cases/${caseId}/shares/${await shared(caseId)}/withdrawal`;
      const over = { withdrawnOn: '2026-03-01', reason: 'over' };
      const { status } = await after(pia, `/v1/cases/${caseId}`, () => told(eva, withdrawal, over));
      expect(status).toBe(404);
    });

    it('is a place on a team: they leave it', async () => {
      const [ines, caseId] = [await somebody(held('investigator')), await opened()];
      await told(eva, `/v1/cases/${caseId}/team`, { personId: ines.personId, joinedOn: '2026-02-01' });
      const departure = `/v1/cases/${caseId}/team/${ines.personId}/departure`;
      const left = { leftOn: '2026-03-01', reason: 'moved' };
      const { status } = await after(ines, `/v1/cases/${caseId}`, () => told(eva, departure, left));
      expect(status).toBe(404);
    });

    it('is a part in a joint operation: its tag is voided', async () => {
      const { operationId = '' } = await told(eva, '/v1/operations', operation);
      const [lead, caseId] = [await somebody(held('action-lead', ES, { operationId })), await opened()];
      const tag = { operationId, effectiveOn: '2026-02-01' };
      const { eventId = '' } = await told(eva, `/v1/cases/${caseId}/operations`, tag);
      await told(eva, `/v1/cases/${caseId}/team`, { personId: tom?.personId, joinedOn: '2026-02-01' });
      const { body } = await tell(eva, `/v1/cases/${caseId}/entries/${eventId}/voidings`, { reason: 'another case' });
      const approval = `/v1/proposals/${String(body['proposalId'])}/approval`;
      const { status } = await after(lead, `/v1/cases/${caseId}`, () => told(tom, approval, {}));
      expect(status).toBe(404);
    });

    it('is what rests on an entry that is marked H2: it is sealed', async () => {
      const [pia, caseId] = [await somebody(held('investigator', PT)), await opened()];
      await shared(caseId);
      const { assetId = '' } = await told(eva, `/v1/cases/${caseId}/assets`, yacht);
      const handling = { codes: ['H2'], provider: 'PJ' };
      const worth = { amount: '300.00', currency: 'EUR', method: 'expert-appraisal', valuedOn: '2026-04-10', handling };
      const valuation = `/v1/cases/${caseId}/assets/${assetId}/valuations`;
      const { text } = await after(pia, `/v1/assets/${assetId}`, () => told(eva, valuation, worth));
      expect(text).not.toContain(yacht.description);
    });
  });

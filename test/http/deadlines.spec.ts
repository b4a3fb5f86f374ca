import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openLog } from '#runtime';

import { DEADLINES_QUEUE } from '../../apps/reporter/src/deadlines.js';
import { report, signsOf } from '../../apps/reporter/src/report.js';
import { until } from '../support/until.js';
import { House } from './house.js';
import { freezingOrder, opening, yacht } from './samples.js';

describe('orders that fall due', () => {
  let house: House;
  let base: string;
  let assetId: string;
  let last = 0;
  const order = async (reference: string, expiresOn?: string): Promise<string> => {
    const more = { reference, over: { assets: [assetId] }, ...(expiresOn ? { expiresOn } : {}) };
    return house.service.made(`${base}/orders`, { ...freezingOrder, ...more }, 'orderId');
  };
  const then = async (path: string, body: object): Promise<void> => {
    const { status, body: receipt } = await house.service.post(`${base}/orders/${path}`, body);
    expect(status).toBe(201);
    last = Number(receipt['position']);
  };
  const due = async (query: string): Promise<[unknown, unknown][]> => {
    const { body } = await house.service.get(`/v1/orders/falling-due?${query}&minPosition=${last}`);
    return (body['items'] as Record<string, unknown>[]).map(({ reference, dueOn }) => [reference, dueOn]);
  };

  beforeAll(async () => {
    house = new House();
    await house.open();
    base = `/v1/cases/${await house.service.made('/v1/cases', opening, 'caseId')}`;
    assetId = await house.service.made(`${base}/assets`, yacht, 'assetId');
    await order('for ever');
    await order('soon', '2026-07-01');
    await order('past', '2026-05-31');
    const extended = await order('extended', '2026-05-01');
    await then(`${extended}/extensions`, { extendedOn: '2026-04-20', expiresOn: '2026-07-05' });
    const ended = await order('ended', '2026-06-01');
    await then(`${ended}/endings`, { endedOn: '2026-05-20', how: 'lifted' });
  });
  afterAll(() => house.close());

  it('are told by their last day as extended, without those that ended or have none', async () => {
    const all = [['past', '2026-05-31'], ['soon', '2026-07-01'], ['extended', '2026-07-05']]; // prettier-ignore
    expect(await due('before=2026-12-31')).toEqual(all);
    expect(await due('before=2026-07-05')).toEqual(all.slice(0, 2));
    const { body } = await house.service.get('/v1/orders/falling-due?before=2026-12-31&limit=1');
    expect(await due(`before=2026-12-31&after=${String(body['next'])}`)).toEqual(all.slice(1));
    expect((await house.service.get('/v1/orders/falling-due')).status).toBe(400);
    expect((await house.service.book.readModels.verify()).differences).toEqual([]);
  });

  it('are made known once a day, counted in the health of the reporter, and nothing is recorded', async () => {
    house.now = () => new Date('2026-06-05T08:00:00Z');
    const jobs = await house.open();
    const head = await house.service.book.store.head();
    const said: Record<string, unknown>[] = [];
    const log = openLog('test', 'info', {
      write: (line) => void said.push(JSON.parse(line) as Record<string, unknown>),
    });
    const end = new AbortController();
    const reporting = { ...house.parts(jobs), log };
    const working = report(reporting, end.signal);
    await until(
      () => said.map(({ msg }) => msg),
      (lines) => lines.includes('deadlines swept'),
    );
    expect((await signsOf(reporting))['orders']).toEqual({
      figures: { orders_overdue: 1, orders_due_within_30_days: 2 },
    });
    end.abort();
    await working;
    const lines = said.filter(({ msg }) => String(msg).startsWith('order') || msg === 'deadlines swept');
    expect(lines.map(({ msg, dueOn }) => [msg, dueOn])).toEqual([
      ['order overdue', '2026-05-31'],
      ['order falls due', '2026-07-01'],
      ['order falls due', '2026-07-05'],
      ['deadlines swept', undefined],
    ]);
    expect(lines.at(-1)).toMatchObject({ overdue: 1, dueSoon: 2, today: '2026-06-05' });
    expect(JSON.stringify(said)).not.toContain('Juzgado');
    expect(await jobs.counts(DEADLINES_QUEUE)).toEqual({ waiting: 0, delayed: 1, active: 0, failed: 0 });
    expect(await house.service.book.store.head()).toBe(head);
  });
});

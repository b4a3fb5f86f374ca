import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { until } from '../support/until.js';
import { type Watched, watched } from '../support/watched.js';
import { Service } from './service.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CANARY = 'Canary-Perez';
const opened = { reference: '1/2026', title: 'A case', authority: 'Court', jurisdiction: 'ES', openedOn: '2026-01-10' };

describe('a process that is watched', () => {
  let operations: Watched['operations'];
  let lines: Watched['lines'];
  let collector: Watched['collector'];
  let service: Service;

  beforeAll(async () => {
    ({ operations, lines, collector } = await watched());
    service = await Service.start('data/exports', undefined, { operations });
  });
  afterAll(async () => {
    await service.stop();
    await collector.stop();
  });

  const requests = (): Record<string, unknown>[] =>
    lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === 'request');
  const metrics = async (): Promise<string> => (await fetch(`${service.url}/metrics`)).text();

  it('logs one line a request: method, route as it is written, status, time and id', async () => {
    lines.length = 0;
    const { headers } = await service.get(`/v1/cases/${crypto.randomUUID()}?minPosition=0`);
    const [line] = await until(requests, ({ length }) => length === 1);
    const requestId = headers.get('x-request-id');
    expect(line).toMatchObject({ requestId, method: 'GET', route: '/v1/cases/:caseId', status: 404 });
    expect(requestId).toMatch(UUID);
    expect(Object.keys(line ?? {}).sort()).toEqual(
      ['level', 'method', 'ms', 'msg', 'process', 'requestId', 'route', 'status', 'time'],
    ); // prettier-ignore
  });

  it('takes up the id of a request, answers with it and writes it to what is recorded', async () => {
    const id = crypto.randomUUID();
    const { headers, body } = await service.post('/v1/cases', opened, { 'x-request-id': id });
    expect(headers.get('x-request-id')).toBe(id);
    const [event] = await service.book.store.readAll((body['position'] as number) - 1, 1);
    expect(event?.metadata.correlationId).toBe(id);
  });

  it.each(['Ana P', 'ana', 'x'.repeat(65), `${'0'.repeat(16)}-Ana`])(
    'makes an id of its own instead of %j',
    async (told) => {
      const { headers } = await service.send('GET', '/health/live', { headers: { 'x-request-id': told } });
      expect(headers.get('x-request-id')).toMatch(UUID);
    },
  );

  it('tells a defect with the id of its request, and not what the database quoted', async () => {
    lines.length = 0;
    await service.book.db.execute('alter table log.events rename to hidden');
    const { status, headers } = await service.get('/v1/assets?asOf=2026-01-01T00:00:00Z');
    await service.book.db.execute('alter table log.hidden rename to events');
    expect(status).toBe(500);
    const told = lines.map((line) => JSON.parse(line) as { msg: string; requestId?: string; err?: object });
    const defect = told.find(({ msg }) => msg === 'defect');
    expect(defect).toMatchObject({ requestId: headers.get('x-request-id'), err: { code: '42P01' } });
    expect(defect?.err).not.toHaveProperty('message');
  });

  it('never tells personal data or a secret, wherever in a request it stands', async () => {
    lines.length = 0;
    const told = { ...opened, title: CANARY, reference: CANARY, authority: CANARY };
    const secrets = { authorization: `Bearer ${CANARY}`, cookie: CANARY, 'user-agent': CANARY, referer: `http://${CANARY}/`, 'x-request-id': CANARY, traceparent: CANARY, tracestate: `a=${CANARY}`, baggage: `a=${CANARY}` }; // prettier-ignore
    await service.post('/v1/cases', told, { ...secrets, 'idempotency-key': CANARY }); // prettier-ignore
    await service.post('/v1/cases', { ...told, [CANARY]: CANARY, openedOn: CANARY }, secrets);
    await service.post('/v1/cases', `{"title": "${CANARY}`, secrets);
    await service.post('/v1/cases', opened, { authorization: `Bearer ${CANARY}`, 'if-match': CANARY });
    await service.post(`/v1/cases/${CANARY}/assets`, opened, secrets);
    for (const path of [
      `/v1/cases/${CANARY}`,
      `/v1/cases?network=${CANARY}`,
      `/v1/assets?after=${CANARY}&limit=${CANARY}`,
      `/${CANARY}`,
      `/v1/figures?period=${CANARY}`,
      `/docs/${CANARY}`,
    ])
      // prettier-ignore
      await service.send('GET', path, { headers: secrets });
    await service.send('PUT', `/v1/cases/${CANARY}`, { headers: secrets });
    await until(requests, ({ length }) => length === 12);
    const text = await metrics();
    await operations.tracing.close();
    expect(collector.named('request').length).toBeGreaterThanOrEqual(12);
    expect(lines.join('')).not.toContain(CANARY);
    expect(text).not.toContain(CANARY);
    expect(collector.text).not.toContain(CANARY);
  });

  it('measures by route and status, of which there are only so many, whatever is asked', async () => {
    const series = (text: string): number => text.split('\n').filter((line) => line.includes('_seconds_count{')).length;
    await service.get(`/v1/cases/${crypto.randomUUID()}`);
    await service.get(`/${crypto.randomUUID()}`);
    const before = series(await metrics());
    for (let one = 0; one < 20; one += 1) {
      await service.get(`/v1/cases/${crypto.randomUUID()}?x${one}`);
      await service.get(`/v1/cases/${crypto.randomUUID()}`);
      await service.get(`/${crypto.randomUUID()}`);
    }
    const text = await metrics();
    // A query that is not known is refused with another status: one more, and the measurements of the metrics themselves.
    expect(series(text) - before).toBeLessThanOrEqual(2);
    expect(text).toContain('method="GET",route="/v1/cases/:caseId",status="404"');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
    const caughtUp = 'rastro_lag_events{part="book",process="api"} 0';
    expect(await until(metrics, (now) => now.includes(caughtUp))).toContain(caughtUp);
  });

  it('is not ready any more when it is about to stop, and asks each client to come by another connection', async () => {
    expect((await service.get('/health/ready')).status).toBe(200);
    operations.stopping.abort();
    expect(await service.get('/health/ready')).toMatchObject({ status: 503, body: { status: 'stopping' } });
    const { status, headers } = await service.post('/v1/cases', opened);
    expect([status, headers.get('connection')]).toEqual([201, 'close']);
  });
});

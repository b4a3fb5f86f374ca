import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { CountryCode } from '#core';
import type { Actor } from '#event-store';

import { admit } from '../support/people.js';
import { until } from '../support/until.js';
import { ApiDocument } from './described/document.js';
import { House } from './house.js';
import { opening, worth, yacht } from './samples.js';

const ES = 'ES' as CountryCode;
const reporter = { person: 'Quarterly', authority: 'Audiencia Nacional', jurisdiction: ES } as Actor;
const QUESTION = { period: '2026Q2', by: 'quarter', definitions: 'value-identified' };

describe('what a job may not be told, of the one case of a quarter', () => {
  const house = new House();
  let headers: Record<string, string>;

  beforeAll(async () => {
    house.report(await house.open());
    const { service } = house;
    const caseId = await service.made('/v1/cases', opening, 'caseId');
    const assetId = await service.made(`/v1/cases/${caseId}/assets`, yacht, 'assetId');
    const { body } = await service.post(`/v1/cases/${caseId}/assets/${assetId}/valuations`, worth);
    await service.get(`/v1/figures?period=2026Q2&minPosition=${String(body['position'])}`);
    const { secret } = await admit(service.book.access, reporter, [{ role: 'reporting-job', jurisdiction: ES }]);
    headers = { authorization: `Bearer ${secret}` };
  });
  afterAll(() => house.close());

  /** The file of figures in this format, once it is written. */
  const file = async (format: string): Promise<string> => {
    const { body } = await house.service.propose('/v1/exports/figures', { ...QUESTION, format }, { ...headers, 'if-match': '' }); // prettier-ignore
    const path = `/v1/exports/${String(body['exportId'])}`;
    const told = (): Promise<unknown> => house.service.send('GET', path, { headers }).then((reply) => reply.body['state']); // prettier-ignore
    await until(told, (state) => state === 'written');
    return (await fetch(`${house.service.url}${path}/file`, { headers })).text();
  };

  const untold = { definition: 'value-identified@1', withheld: true };
  const rows = [{ ...untold, group: { quarter: '2026Q2' } }];

  it('is unknown in an answer, not none, and described so', async () => {
    const path = '/v1/figures?period=2026Q2&by=quarter&definition=value-identified';
    const { status, body } = await house.service.send('GET', path, { headers });
    expect(status).toBe(200);
    expect(body).toMatchObject({ scope: { withheld: true } });
    expect([body['rows'], body['totals']]).toStrictEqual([rows, [{ ...untold, group: {} }]]);
    const document = new ApiDocument((await house.service.get('/openapi.json')).body);
    const operation = document.operations.find(({ id }) => id === 'getFigures');
    expect(document.wrong(operation?.responses['200']?.content?.['application/json']?.schema ?? {}, body)).toEqual([]);
  });

  it('is unknown in a file of either format', async () => {
    const [, line] = (await file('csv')).split('\r\n');
    expect(line).toMatch(/^2026Q2,\d+,value-identified@1,2026Q2,,,,,,,,,,yes,"?The cases/);
    expect(JSON.parse(await file('json'))).toMatchObject({ rows });
    expect((JSON.parse(await file('json')) as { rows: unknown }).rows).toStrictEqual(rows);
  });

  it('is told whole to who may see the case', async () => {
    const { body } = await house.service.get('/v1/figures?period=2026Q2&by=quarter&definition=value-identified');
    expect(body['totals']).toMatchObject([{ assets: 1, eur: '300000.00' }]);
  });
});

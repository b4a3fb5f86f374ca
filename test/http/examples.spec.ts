import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ApiDocument, type Operation } from './described/document.js';
import { network, opening, operation as joint, yacht } from './samples.js';
import { problemOf, Service } from './service.js';

/** Why somebody is let in, kept out or refused is asked of whoever does it, as are secrets and what was uploaded. */
const BLANK = {
  signIn: ['/name', '/password'],
  choosePassword: ['/secret', '/password'],
  askForImport: ['/file', '/mapping'],
  breakGlass: ['/reason'],
  reject: ['/reason'],
  setUpPerson: ['/reason'],
  revokeRole: ['/reason'],
  barPerson: ['/reason'],
  readmitPerson: ['/reason'],
  revokeToken: ['/reason'],
};
const FORMS: Readonly<Record<string, string>> = { quarter: '2026Q1', edition: '1' };
const NOBODY = '99999999-9999-4999-8999-999999999999';

describe('the examples of the description', () => {
  let service: Service;
  let operations: readonly Operation[];

  beforeAll(async () => {
    service = await Service.start();
    ({ operations } = new ApiDocument((await service.get('/openapi.json')).body));
  });
  afterAll(() => service.stop());

  /** The parameters that a page fills in by itself. */
  const filledIn = ({ id, parameters }: Operation): string[] =>
    parameters
      .filter((parameter) => 'example' in parameter || 'example' in parameter.schema || 'default' in parameter.schema)
      .map(({ name, required }) => `${id} ${name}${required ? '' : ' (may be left out)'}`);

  it('fill in no parameter that may be left out, and no key of a write', () => {
    const filled = operations.flatMap(filledIn);
    expect(filled.filter((one) => /left out|Idempotency-Key/.test(one))).toEqual([]);
    expect(filled).toEqual(expect.arrayContaining(['getFigures period', 'getFigureEntries definition']));
  });

  it('are told in words where they are not filled in', () => {
    const { parameters = [] } = operations.find(({ id }) => id === 'getFigures') ?? {};
    const said = parameters.find(({ name }) => name === 'by') as { description?: string } | undefined;
    expect(said?.description).toBe('Grouped by these, comma-separated. Example: `network,jurisdiction`.');
  });

  it('of a refusal tell the status under which they stand', async () => {
    interface Told {
      readonly content?: Readonly<Record<string, { readonly example?: { status: number; code: string } }>>;
    }
    const { paths } = (await service.get('/openapi.json')).body as {
      paths: Record<string, Record<string, { responses: Record<string, Told> }>>;
    };
    const told = Object.values(paths)
      .flatMap((routes) => Object.values(routes))
      .flatMap(({ responses }) => Object.entries(responses))
      .filter(([status, { content }]) => status !== '400' && content?.['application/problem+json'])
      .map(([status, { content }]) => [status, String(content?.['application/problem+json']?.example?.status)]);
    expect(told).not.toEqual([]);
    expect(told.filter(([status, example]) => status !== example)).toEqual([]);
  });

  it.each([
    ['askForFigures', {}],
    ['identifyAsset', { category: 'vessel', jurisdiction: 'ES' }],
  ])('of a body are recorded as they stand: %s', async (operationId, part) => {
    const { path = '', example } = operations.find(({ id }) => id === operationId) ?? {};
    const caseId = await service.made('/v1/cases', opening, 'caseId');
    const reply = await service.post(path.replace('{caseId}', caseId), example);
    expect({ ...problemOf(reply), example }).toMatchObject({ status: 201, example: part });
  });

  it('of a body are right in their form, but for what only whoever sends them knows', async () => {
    const ids: Record<string, string> = {
      caseId: await service.made('/v1/cases', opening, 'caseId'),
      networkId: await service.made('/v1/networks', network, 'networkId'),
      operationId: await service.made('/v1/operations', joint, 'operationId'),
    };
    ids['assetId'] = await service.made(`/v1/cases/${ids['caseId']}/assets`, yacht, 'assetId');
    const wrong: Record<string, string[]> = {};
    for (const { id, path, example } of operations.filter(({ contentType }) => contentType === 'application/json')) {
      const at = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => FORMS[name] ?? ids[name] ?? NOBODY);
      const { status, body } = await service.propose(at, example);
      if (status === 400) wrong[id] = (body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer);
    }
    expect(wrong).toEqual(BLANK);
  });
});

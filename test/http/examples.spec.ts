import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ApiDocument, type Operation } from './described/document.js';
import { Service } from './service.js';

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
});

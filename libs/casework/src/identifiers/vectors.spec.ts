import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { Refused } from '#core';

import { eip55, identifierOf } from './index.js';

const root = process.env['RASTRO_SHARED'] ?? resolve('../shared/data');
const linesOf = (...path: string[]): string[] => {
  const file = join(root, ...path);
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split(/\r?\n/) : [];
};
/** Skipped by name where the real data is not. */
const withData = (name: string, lines: readonly string[], tell: () => void): void => {
  if (lines.length > 0) describe(name, tell);
  else describe.skip(`${name} (skipped: the real data is not here)`, tell);
};

const verdictOf = (kind: string, raw: string): string => {
  try {
    return identifierOf({ kind, raw }).check;
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
};

const vectors = linesOf('identifiers', 'vectors.tsv')
  .slice(1)
  .map((line) => line.split('\t'));

withData('real identifiers', vectors.flat(), () => {
  const counts = { iban: 182, bic: 200, bitcoin: 238, evm: 2, tron: 3, cbu: 55, imo: 459, isin: 165, lei: 55 };

  it.each(Object.entries(counts))('of %s are all judged rightly, %i of them', (kind, count) => {
    const mine = vectors.filter(([of]) => of === kind);
    const wrong = mine.filter(([, raw = '', expected]) => {
      const verdict = verdictOf(kind, raw);
      return expected === 'valid' ? verdict !== 'passed' : !['mismatch', 'identifier-malformed'].includes(verdict);
    });
    expect({ count: mine.length, wrong }).toEqual({ count, wrong: [] });
  });

  it('record a wrong check digit of the right form, whatever the kind', () => {
    const invalid = vectors.filter(([, , expected]) => expected === 'invalid');
    const refused = invalid.filter(([kind = '', raw = '']) => verdictOf(kind, raw) !== 'mismatch');
    expect({ invalid: invalid.length, refused }).toEqual({ invalid: 104, refused: [] });
  });
});

const registry = linesOf('identifiers', 'iban-registry.txt')
  .slice(1)
  .map((line) => line.split('|')[7] ?? '')
  .filter((iban) => iban !== '');

withData('the examples of the IBAN registry', registry, () => {
  it('pass, or carry a wrong check digit in the registry itself', () => {
    const bad = registry.filter((raw) => verdictOf('iban', raw) !== 'passed');
    expect({ count: registry.length, bad }).toEqual({ count: 116, bad: [] });
  });
});

const addresses = linesOf('identifiers', 'eip55.txt').filter((line) => line.startsWith('0x'));

withData('the examples of EIP-55', addresses, () => {
  it.each(addresses)('come back unchanged, and pass: %s', (address) => {
    expect([eip55(address.toLowerCase()), verdictOf('evm', address)]).toEqual([address, 'passed']);
  });
});

const items = linesOf('cook-county', 'cook_forfeitures.csv').join('\n');

withData('the VINs of Cook County', items ? [items] : [], () => {
  it('are recorded when they have seventeen characters, with 108 warnings', async () => {
    const { parse } = await import('csv-parse/sync');
    const rows = parse<{ Vin: string }>(items, { columns: true });
    const tally: Record<string, number> = {};
    for (const { Vin } of rows.filter(({ Vin }) => Vin !== '')) {
      const verdict = verdictOf('vin', Vin);
      tally[verdict] = (tally[verdict] ?? 0) + 1;
    }
    expect(tally).toEqual({ passed: 5641, mismatch: 108, 'identifier-malformed': 190 });
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { Refused } from '#core';

import { parseMapping, readMapping } from './parse-mapping.js';

const register = `name: harbour
version: 1
file: { encoding: latin1, delimiter: ';' }
columns: [Docket, Item, Seen, What, Worth]
drop: [Owner]
days: [DD/MM/YYYY, YYYY-MM-DD]
windows:
  years: { from: '2010-01-01', to: '2020-12-31', code: outside-years }
patterns:
  price: '(?<amount>[0-9.,]+) *(?<currency>[A-Z]{3})'
case:
  key: ['{Docket}']
  fields:
    reference: '{case.key}'
    title: Harbour {case.key}
    authority: Harbour police
    jurisdiction: PT
    openedOn: { day: Seen, window: years }
asset:
  key: ['{case.key}/{Item}']
facts:
  - name: seen
    events:
      - type: AssetIdentified
        fields:
          assetId: '{asset.id}'
          category: { map: What, values: { boat: vessel, car: vehicle } }
          description: '{What}'
          identifiers: []
          jurisdiction: PT
          identifiedOn: { day: Seen, window: years }
      - type: AssetValued
        when: { column: Worth, filled: true }
        fields:
          assetId: '{asset.id}'
          amount: { number: Worth, pattern: price, decimal: ',', thousands: '.' }
          currency: { cut: Worth, pattern: price, group: currency }
          method: declared-price
          valuedOn: { day: Seen }
questions:
  - { when: { column: What, empty: true }, column: What, code: what-is-it, reason: Nobody wrote what it is. }
`;

/** What is said about the register with one piece written otherwise. */
const saidOf = (piece: string, instead: string): string => {
  expect(register).toContain(piece);
  try {
    parseMapping(register.replace(piece, instead));
  } catch (error) {
    if (error instanceof Refused) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'nothing';
};

describe('a mapping', () => {
  it('is read whole', () => {
    expect(parseMapping(register)).toMatchObject({
      name: 'harbour',
      columns: ['Docket', 'Item', 'Seen', 'What', 'Worth'],
    });
  });

  it.each([
    ['a key nobody knows', 'days: [', 'dayz: [', "Line 1, column 1: the mapping must have required property 'days'"],
    ['an unknown word beside', 'drop: [Owner]', 'drops: [Owner]', 'Line 5, column 8: drops is not known here'],
    ['broken YAML', 'columns: [Docket', 'columns: [[Docket', 'Line 5, column 1: '],
    ['a key twice', 'version: 1', 'version: 1\nversion: 1', 'Line 3, column 1: a key is written once.'],
    [
      'an alias',
      'description: ',
      'note: &what {a: b}\n          reason: *what\n          description: ',
      'Line 29, column 19: write it out instead of naming it by an alias.',
    ],
    [
      'what lies too deep',
      "'{What}'",
      `${'['.repeat(60)}${']'.repeat(60)}`,
      'Line 28, column 78: it lies too deep in other things.',
    ],
    [
      'more columns than a register has',
      'What, Worth]',
      `What, Worth${', A'.repeat(2_000)}]`,
      'Line 4, column 10: columns must NOT have more than 2000 items',
    ],
    ['no encoding', 'encoding: latin1', 'encoding: latin77', 'Line 3, column 19: no such encoding: latin77'],
    [
      'a delimiter of two signs',
      "delimiter: ';'",
      "delimiter: ';;'",
      'Line 3, column 38: file/delimiter must NOT have more than 1 characters',
    ],
    ['a column twice', 'What, Worth]', 'What, What]', 'Line 4, column 37: What is named twice'],
    ['a column read and dropped', 'drop: [Owner]', 'drop: [Worth]', 'Line 4, column 37: Worth is dropped and read'],
    [
      'a day format nobody knows',
      'YYYY-MM-DD]',
      'YY]',
      'Line 6, column 20: days/1 must be equal to one of the allowed values: YYYY-MM-DD',
    ],
    [
      'two days that look alike',
      'YYYY-MM-DD]',
      'MM/DD/YYYY]',
      'Line 6, column 7: two formats that look alike cannot be told apart',
    ],
    [
      'a window that ends first',
      "to: '2020-12-31'",
      "to: '2009-12-31'",
      'Line 8, column 10: window years needs two days, the earlier first',
    ],
    [
      'a window nobody opened',
      'openedOn: { day: Seen, window: years }',
      'openedOn: { day: Seen, window: ages }',
      'Line 18, column 36: no such window: ages',
    ],
    ['a pattern that is none', '[A-Z]{3})', '[A-Z]{3}', 'Line 10, column 10: pattern price is no regular expression: '],
    [
      'a pattern that never ends',
      '[0-9.,]+)',
      '([0-9.,]+)+)',
      'Line 10, column 10: pattern price repeats a group that repeats or branches itself; that can take for ever',
    ],
    [
      'a pattern that looks back',
      '[A-Z]{3})',
      '[A-Z]{3})\\1',
      'Line 10, column 10: pattern price refers back to a group; write it without',
    ],
    [
      'a pattern nobody wrote',
      'cut: Worth, pattern: price',
      'cut: Worth, pattern: prize',
      'Line 37, column 44: no such pattern: prize',
    ],
    ['a group nobody named', 'group: currency', 'group: money', 'Line 37, column 44: pattern price has no group money'],
    ['a pattern without an amount', '(?<amount>', '(?<sum>', 'Line 36, column 45: pattern price has no group amount'],
    [
      'one sign for two marks',
      "decimal: ','",
      "decimal: '.'",
      'Line 36, column 77: decimal and thousands sign are the same',
    ],
    [
      'a digit for a mark',
      "thousands: '.'",
      "thousands: '0'",
      'Line 36, column 77: facts/0/events/1/fields/amount/thousands must match pattern',
    ],
    ['a key of no column', "key: ['{Docket}']", "key: ['{Dossier}']", 'Line 12, column 9: no such column: Dossier'],
    ['a key of itself', "key: ['{Docket}']", "key: ['{case.key}']", 'Line 12, column 9: no such column: case.key'],
    [
      'a text of no column',
      "description: '{What}'",
      "description: '{Whatever}'",
      'Line 28, column 24: no such column: Whatever',
    ],
    [
      'a condition on no column',
      'when: { column: Worth',
      'when: { column: Weight',
      'Line 33, column 25: no such column: Weight',
    ],
    [
      'a condition that says nothing',
      'when: { column: Worth, filled: true }',
      'when: { column: Worth }',
      'Line 33, column 15: facts/0/events/1/when a condition says empty, filled, equals, in, letters, matches, any or all',
    ],
    ['an event nobody knows', 'type: AssetValued', 'type: AssetAdmired', 'Line 32, column 15: '],
    ['an event that a register cannot tell', 'type: AssetValued', 'type: EntryVoided', 'Line 32, column 15: '],
    [
      'a field that is missing',
      '          method: declared-price\n',
      '',
      'Line 35, column 11: AssetValued needs method',
    ],
    [
      'a field nobody knows',
      'method: declared-price',
      'method: declared-price\n          colour: red',
      'Line 39, column 19: AssetValued has no field colour',
    ],
    [
      'a method the law does not know',
      'method: declared-price',
      'method: guess',
      'Line 38, column 19: method must be one of ',
    ],
    ['a category the law does not know', 'boat: vessel', 'boat: ship', 'Line 27, column 21: category must be one of '],
    [
      'a country nobody knows',
      'authority: Harbour police\n    jurisdiction: PT',
      'authority: Harbour police\n    jurisdiction: XX',
      'Line 17, column 19: jurisdiction must be a country, not XX',
    ],
    [
      'a question about no column',
      'column: What, code',
      'column: Wot, code',
      'Line 41, column 52: no such column: Wot',
    ],
  ])('with %s is refused at its line', (_, piece, instead, said) => {
    expect(saidOf(piece, instead)).toContain(`mapping-malformed: ${said}`);
  });

  it('with two facts of one name is refused: their commands could not be told apart', () => {
    const twice = `${register.slice(register.indexOf('  - name: seen'), register.indexOf('questions:'))}questions:`;
    expect(saidOf('questions:', twice)).toContain('Line 40, column 11: two facts are called seen');
  });

  it('of more keys than anybody writes is read in a moment', () => {
    const values = Array.from({ length: 15_000 }, (_, n) => `v${n}: vessel`).join(', ');
    const began = performance.now();
    expect(saidOf('boat: vessel', values)).toBe('nothing');
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('of more than 256 kB is refused before it is read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rastro-mapping-'));
    const path = join(folder, 'mapping.yaml');
    const filled = (bytes: number): void => writeFileSync(path, `${register}#`.padEnd(bytes, '-'));
    filled(256 * 1024);
    expect(await readMapping(path)).toMatchObject({ name: 'harbour' });
    filled(256 * 1024 + 1);
    await expect(readMapping(path)).rejects.toMatchObject({ code: 'mapping-malformed', detail: { mostKb: 256 } });
    rmSync(folder, { recursive: true });
  });
});

import { describe, expect, it } from '@jest/globals';

import { Refused } from '#core';

import { type Identifier, identifierKinds, identifierOf } from './index.js';

const refusal = (given: {
  kind: unknown;
  raw: unknown;
  country?: unknown;
}): [string, string | undefined] | undefined => {
  try {
    identifierOf(given, '/identifiers/0');
  } catch (error) {
    if (error instanceof Refused) return [error.code, error.at];
    throw error;
  }
  return undefined;
};

describe('an identifier', () => {
  it.each<Identifier>([
    { kind: 'iban', raw: 'IBAN gr16 0110 1050 0000 1054 7023 795', normalised: 'GR1601101050000010547023795', check: 'passed' },
    { kind: 'iban', raw: 'GR1701101050000010547023795', normalised: 'GR1701101050000010547023795', check: 'mismatch' },
    { kind: 'bic', raw: 'deutdeff', normalised: 'DEUTDEFF', check: 'passed' },
    { kind: 'vin', raw: '1m8gdm9axkp042788', normalised: '1M8GDM9AXKP042788', check: 'passed' },
    { kind: 'vin', raw: '1M8GDM9A1KP042788', normalised: '1M8GDM9A1KP042788', check: 'mismatch' },
    { kind: 'imo', raw: 'IMO 9319466', normalised: '9319466', check: 'passed' },
    { kind: 'imo', raw: '8814274', normalised: '8814274', check: 'mismatch' },
    { kind: 'isin', raw: 'US0378331005', normalised: 'US0378331005', check: 'passed' },
    { kind: 'isin', raw: 'US0378331003', normalised: 'US0378331003', check: 'mismatch' },
    { kind: 'lei', raw: '213800KUD8LAJWSQ9D15', normalised: '213800KUD8LAJWSQ9D15', check: 'passed' },
    { kind: 'lei', raw: '213800KUD8LAJWSQ9D16', normalised: '213800KUD8LAJWSQ9D16', check: 'mismatch' },
    { kind: 'clabe', raw: '032 180 00011835971 9', normalised: '032180000118359719', check: 'passed' },
    { kind: 'clabe', raw: '032180000118359718', normalised: '032180000118359718', check: 'mismatch' },
    { kind: 'cbu', raw: '28505909 40090418135201', normalised: '2850590940090418135201', check: 'passed' },
    { kind: 'cbu', raw: '2850590840090418135201', normalised: '2850590840090418135201', check: 'mismatch' },
    { kind: 'cadastral', raw: '7837301 VG8173B 0001 TT', country: 'ES', normalised: '7837301VG8173B0001TT', check: 'passed' },
    { kind: 'cadastral', raw: '9872023 VH5797S 0001 WX', country: 'ES', normalised: '9872023VH5797S0001WX', check: 'passed' },
    { kind: 'cadastral', raw: '9872023VH5797S0001XX', country: 'ES', normalised: '9872023VH5797S0001XX', check: 'mismatch' },
    { kind: 'cadastral', raw: '12/34 b', country: 'IT', normalised: '12/34B', check: 'none' },
    { kind: 'plate', raw: 'm-ab 1234', country: 'DE', normalised: 'MAB1234', check: 'none' },
    { kind: 'plate', raw: 'νιε·1234'.replace('·', '-'), country: 'GR', normalised: 'ΝΙΕ1234', check: 'none' },
    { kind: 'register', raw: ' hrb  12345 ', country: 'DE', normalised: 'HRB 12345', check: 'none' },
    { kind: 'serial', raw: 'sn 00-17/b', normalised: 'SN 00-17/B', check: 'none' },
    { kind: 'bitcoin', raw: '1NEDqZPvTWRaoho48qXuLLsrYomMXPABfD', normalised: '1NEDqZPvTWRaoho48qXuLLsrYomMXPABfD', check: 'passed' },
    { kind: 'bitcoin', raw: '1NEDqZPvTWRaoho48qXuLLsrYomMXPABfE', normalised: '1NEDqZPvTWRaoho48qXuLLsrYomMXPABfE', check: 'mismatch' },
    { kind: 'tron', raw: 'TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre', normalised: 'TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre', check: 'passed' },
    { kind: 'tron', raw: 'TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLrf', normalised: 'TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLrf', check: 'mismatch' },
  ])('$kind $raw: $check', (identifier) => {
    const { normalised: _, check: __, ...given } = identifier;
    expect(identifierOf(given)).toEqual(identifier);
  }); // prettier-ignore

  // BIP 173 and BIP 350, "Test vectors".
  it.each([
    ['BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4', 'passed'],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5', 'mismatch'],
    ['bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0', 'passed'],
    ['bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd', 'mismatch'],
    ['bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y', 'passed'],
    ['BC1SW50QGDZ25J', 'passed'],
  ])('of Bitcoin closes by the sum of its version: %s', (raw, check) => {
    expect(identifierOf({ kind: 'bitcoin', raw })).toEqual({
      kind: 'bitcoin',
      raw,
      normalised: raw.toLowerCase(),
      check,
    });
  });

  const mixed = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
  it.each([
    [mixed, 'passed'],
    [mixed.replace('Aeb', 'aeb'), 'mismatch'],
    [mixed.toLowerCase(), 'none'],
    [`0X${mixed.slice(2).toUpperCase()}`, 'none'],
  ])('of an EVM chain is one address in any case: %s', (raw, check) => {
    expect(identifierOf({ kind: 'evm', raw })).toEqual({ kind: 'evm', raw, normalised: mixed.toLowerCase(), check });
  });

  it.each([
    ['iban', 'GR16'],
    ['iban', 'GR16 0110 1050 0000 1054 7023 7950 0000 0000 0000'],
    ['iban', 'ES91_2100 0418 4502 0005 1332'],
    ['bic', 'DEUTDEF'],
    ['vin', '1M8GDM9AXKPO42788'],
    ['vin', '1M8GDM9AXKP04278'],
    ['imo', '931946'],
    ['isin', 'US03783310O5X'],
    ['lei', '213800KUD8LAJWSQ9DXX'],
    ['clabe', '03218000011835971'],
    ['cbu', '285059094009041813520'],
    ['bitcoin', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'],
    ['bitcoin', 'TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre'],
    ['bitcoin', 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx'],
    ['bitcoin', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kV8f3t4'],
    ['bitcoin', 'BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P'],
    ['bitcoin', 'bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du'.replace('zw', 'zb')],
    ['bitcoin', '1'.repeat(34)],
    ['evm', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe'],
    ['tron', '1NEDqZPvTWRaoho48qXuLLsrYomMXPABfD'],
    ['serial', '   '],
    ['serial', 'a\u0000b'],
    ['serial', 'x'.repeat(101)],
    ['serial', 12345],
    ['serial', undefined],
  ])('of the wrong form is refused: %s %s', (kind, raw) => {
    expect(refusal({ kind, raw })).toEqual(['identifier-malformed', '/identifiers/0/raw']);
  });

  it.each(['plate', 'cadastral', 'register'])('of a register needs to say whose: %s', (kind) => {
    expect(refusal({ kind, raw: 'AB1234' })).toEqual(['identifier-malformed', '/identifiers/0/country']);
    expect(refusal({ kind, raw: 'AB1234', country: 'QQ' })).toEqual(['country-unknown', '/identifiers/0/country']);
    expect(refusal({ kind, raw: '¿?', country: 'PE' })).toEqual(['identifier-malformed', '/identifiers/0/raw']);
  });

  it('of Spanish land has twenty characters', () => {
    expect(refusal({ kind: 'cadastral', raw: '7837301VG8173B', country: 'ES' })?.[0]).toBe('identifier-malformed');
  });

  it.each([['passport'], ['toString'], [7], [undefined]])('of an unknown kind is refused: %s', (kind) => {
    expect(refusal({ kind, raw: 'AB1234' })).toEqual(['identifier-malformed', '/identifiers/0/kind']);
  });

  it('names aliases of countries by ISO', () => {
    const given = { kind: 'plate', raw: 'NIE1234', country: 'EL' };
    expect(identifierOf(given)).toEqual({ ...given, country: 'GR', normalised: 'NIE1234', check: 'none' });
  });

  it('is refused, never a defect, whatever was pasted', () => {
    const pasted = [
      '',
      '1',
      '0x',
      'bc1',
      'BC1',
      'T',
      '💰',
      '\u202e',
      '١٢٣٤٥٦٧',
      'É'.repeat(17),
      '1'.repeat(100),
      'ſ'.repeat(20),
    ];
    const outcomes = identifierKinds.flatMap((kind) =>
      pasted.map(
        (raw) => refusal({ kind, raw, country: 'ES' })?.[0] ?? identifierOf({ kind, raw, country: 'ES' }).check,
      ),
    );
    expect(new Set(outcomes)).toEqual(new Set(['identifier-malformed', 'none']));
  });
});

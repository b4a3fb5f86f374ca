import { describe, expect, it } from '@jest/globals';

import { claimedBy, parseRoles } from './roles.js';

const operation = '0b5a7f0e-0c1d-4f6e-9a53-3a4f5f0d2c11';
const file = `person: sub
name: preferred_username
grants:
  - { claim: groups, value: asset-recovery-es, role: investigator, authority: Guardia Civil, jurisdiction: ES }
  - { claim: realm_access.roles, value: lead, role: action-lead, authority: EMPACT, jurisdiction: NL, operation: ${operation} }
  - { claim: 'https://issuer.example/role', value: audit, role: auditor, authority: Fiscalía, jurisdiction: ES }
`;

const refusalOf = (yaml: string): unknown => {
  try {
    return parseRoles(yaml);
  } catch (error) {
    const { code, message, at } = error as { code: string; message: string; at: string };
    return `${code} ${at} ${message}`;
  }
};

describe('the roles of an issuer', () => {
  const investigator = { role: 'investigator', authority: 'Guardia Civil', jurisdiction: 'ES' };
  const lead = { role: 'action-lead', authority: 'EMPACT', jurisdiction: 'NL', operationId: operation };
  const auditor = { role: 'auditor', authority: 'Fiscalía', jurisdiction: 'ES' };

  it.each([
    ['in a list', { groups: ['staff', 'asset-recovery-es'] }, [investigator]],
    ['alone', { groups: 'asset-recovery-es' }, [investigator]],
    ['by a path', { realm_access: { roles: ['lead'] } }, [lead]],
    ['by a name with dots', { 'https://issuer.example/role': 'audit' }, [auditor]],
    ['several', { groups: ['asset-recovery-es'], realm_access: { roles: ['lead'] } }, [investigator, lead]],
    ['none by a part of a word', { groups: 'asset-recovery-es staff' }, []],
    ['none by what only looks like it', { groups: { 'asset-recovery-es': true } }, []],
    ['none', {}, []],
  ])('are granted %s', (_, claims, grants) =>
    expect(claimedBy({ sub: 'u-1', ...claims }, parseRoles(file))).toEqual({ subject: 'u-1', name: 'u-1', grants }),
  );

  it('are those of a person with a name', () => {
    const mapping = parseRoles(file);
    expect(claimedBy({ sub: 'u-1', preferred_username: 'Ana' }, mapping)).toMatchObject({
      subject: 'u-1',
      name: 'Ana',
    });
    for (const sub of [undefined, '', 7, ['u-1'], 'u'.repeat(201)])
      expect(claimedBy({ sub, preferred_username: 'Ana' }, mapping)).toBeUndefined();
    const inherited = parseRoles(file.replace('person: sub', 'person: constructor.name'));
    expect(claimedBy({ sub: 'u-1' }, inherited)).toBeUndefined();
  });

  it.each([
    ['broken YAML', 'grants:', 'grants: [', 'roles-malformed  RASTRO_ROLES, line 4, column '],
    ['a key twice', 'name:', 'person:', 'roles-malformed  RASTRO_ROLES, line 2, column 1: '],
    ['an unknown word', 'name:', 'nome:', "roles-malformed  RASTRO_ROLES, line 1, column 1: it must have required property 'name'."], // prettier-ignore
    ['one beside', 'person:', 'hat: x\nperson:', 'roles-malformed  RASTRO_ROLES, line 1, column 1: hat is not known here.'], // prettier-ignore
    ['a role nobody has', 'role: auditor', 'role: king', 'roles-malformed /grants/2/role RASTRO_ROLES, line 6, column 65: it must be equal to one of the allowed values: investigator'], // prettier-ignore
    ['a country that is none', 'jurisdiction: NL', 'jurisdiction: XX', 'roles-malformed /grants/1/jurisdiction RASTRO_ROLES, line 5, column '], // prettier-ignore
    ['an operation without an id', operation, 'kraken', 'roles-malformed /grants/1/operation RASTRO_ROLES, line 5'],
    ['a value that is no text', 'value: lead', 'value: 7', 'roles-malformed /grants/1/value RASTRO_ROLES, line 5'],
  ])('are refused with the place: %s', (_, piece, instead, said) => {
    expect(file).toContain(piece);
    expect(refusalOf(file.replace(piece, instead))).toEqual(expect.stringContaining(said));
  });

  it.each(['', '[]', 'null', 'a: &a [*a, *a]', 'a: &a x\nb: *a'])('are no file such as %j', (yaml) =>
    expect(refusalOf(yaml)).toEqual(expect.stringContaining('roles-malformed')),
  );
});

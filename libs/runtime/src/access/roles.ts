import { readFileSync } from 'node:fs';

import { Ajv, type ErrorObject } from 'ajv';
import { type Document, LineCounter, parseDocument, visit, YAMLParseError } from 'yaml';

import { type Role, roles } from '#access';
import { isCountry, isId, Refused } from '#core';

/** A role of somebody of that authority, in that jurisdiction; of one operation only when it is named. */
export interface ClaimedGrant {
  readonly role: Role;
  readonly authority: string;
  readonly jurisdiction: string;
  readonly operationId?: string;
}

/** Who carries that value in that claim, alone or in a list, has that role. */
export interface GrantRule extends Omit<ClaimedGrant, 'operationId'> {
  readonly claim: string;
  readonly value: string;
  readonly operation?: string;
}

/** What the claims of an issuer mean here. A claim is named whole, or as a path with dots (`realm_access.roles`). */
export interface RoleMapping {
  readonly person: string;
  readonly name: string;
  readonly grants: readonly GrantRule[];
}

export interface Claimed {
  /** Who it is at the issuer; never reused there, unlike a name. */
  readonly subject: string;
  readonly name: string;
  readonly grants: readonly ClaimedGrant[];
}

export type Claims = Readonly<Record<string, unknown>>;

const [LONGEST, MOST_RULES] = [200, 1_000] as const;
const text = { type: 'string', minLength: 1, maxLength: LONGEST } as const;
const rule = {
  type: 'object',
  additionalProperties: false,
  required: ['claim', 'value', 'role', 'authority', 'jurisdiction'],
  properties: {
    claim: text,
    value: text,
    role: { enum: roles },
    authority: text,
    jurisdiction: { type: 'string', format: 'country' },
    operation: { type: 'string', format: 'id' },
  },
} as const;
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['person', 'name', 'grants'],
  properties: { person: text, name: text, grants: { type: 'array', maxItems: MOST_RULES, items: rule } },
} as const;

const validate = new Ajv({ formats: { country: isCountry, id: isId } }).compile<RoleMapping>(schema);

const malformed = (hint: string, { line, col }: { line: number; col: number }, at: string): Refused =>
  new Refused('roles-malformed', `RASTRO_ROLES, line ${line}, column ${col}: ${hint}`, { line, column: col }, at);

/** One alias may stand for a billion nodes; nothing here needs any. */
const aliased = (at: number): YAMLParseError =>
  new YAMLParseError([at, at], 'BAD_ALIAS', 'write it out instead of naming it by an alias.');

/** The node of a pointer, or the nearest above it that is there. */
const offsetOf = (document: Document, path: readonly string[]): number => {
  const node = document.getIn(path, true) as { range?: readonly number[] | null } | undefined;
  const start = path.length === 0 ? document.contents?.range?.[0] : node?.range?.[0];
  return start ?? (path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1)));
};

const saidOf = ({ params, message = '' }: ErrorObject): string => {
  const { additionalProperty, allowedValues } = params as { additionalProperty?: string; allowedValues?: string[] };
  if (additionalProperty !== undefined) return `${additionalProperty} is not known here.`;
  return `it ${message}${allowedValues ? `: ${allowedValues.join(', ')}` : ''}.`;
};

/** @throws Refused `roles-malformed`, with the line and a pointer to the place. */
export const parseRoles = (yaml: string): RoleMapping => {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, uniqueKeys: true });
  visit(document, { Alias: (_, { range }) => void document.errors.push(aliased(range?.[0] ?? 0)) });
  const [broken] = document.errors;
  if (broken) throw malformed(broken.message.split('\n')[0] ?? '', lines.linePos(broken.pos[0]), '');
  const mapping: unknown = document.toJS();
  if (validate(mapping)) return mapping;
  const error = validate.errors?.[0] as ErrorObject;
  const path = error.instancePath.split('/').slice(1);
  throw malformed(saidOf(error), lines.linePos(offsetOf(document, path)), error.instancePath);
};

/** @throws Refused `roles-malformed`; `setting-malformed` where no such file can be read. */
export const readRoles = (path: string): RoleMapping => {
  let yaml: string;
  try {
    yaml = readFileSync(path, 'utf8');
  } catch {
    throw new Refused('setting-malformed', `RASTRO_ROLES: ${path} cannot be read.`);
  }
  return parseRoles(yaml);
};

/** A claim by its whole name, which may have dots in it, or else step by step. */
const claimOf = (claims: Claims, name: string): unknown => {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name.split('.').reduce<unknown>((within, key) => {
    const has = typeof within === 'object' && within !== null && Object.hasOwn(within, key);
    return has ? (within as Claims)[key] : undefined;
  }, claims);
};

const holds = (claims: Claims, { claim, value }: GrantRule): boolean => {
  const claimed = claimOf(claims, claim);
  return claimed === value || (Array.isArray(claimed) && claimed.includes(value));
};

const wordOf = (claims: Claims, name: string): string | undefined => {
  const claimed = claimOf(claims, name);
  return typeof claimed === 'string' && claimed !== '' && claimed.length <= LONGEST ? claimed : undefined;
};

/** Who somebody is by their claims, and what they may be. @returns undefined when the claim of the person is not there. */
export const claimedBy = (claims: Claims, { person, name, grants }: RoleMapping): Claimed | undefined => {
  const subject = wordOf(claims, person);
  if (subject === undefined) return undefined;
  const granted = grants
    .filter((grant) => holds(claims, grant))
    .map(({ role, authority, jurisdiction, operation }) => ({
      ...{ role, authority, jurisdiction },
      ...(operation ? { operationId: operation } : {}),
    }));
  return { subject, name: wordOf(claims, name) ?? subject, grants: granted };
};

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type BookRules, type CaseAct, type CaseFacts, type Grant, limitsOf, mayOnCase, mayPassOn, type Principal, roles, rulesDecider, type Scope } from '#access'; // prettier-ignore
import { caseActs, relations } from '#access';
import { type CaseDecision, decide } from '#casework';
import type { CaseId, CountryCode, Day, EventId, OperationId, PersonId } from '#core';
import type { SqlValue } from '#event-store';
import { assets, cases, isSealed, timeline, type Reading, visible } from '#read-models';

import { Book } from '../support/book.js';
import { caseOf, country, day, id, opening, today } from './circles.js';

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2_147_483_647);
const CASES = 40;

const places = ['ES', 'PT', 'FR'].map(country);
const people = ['a', 'b', 'c'].map((name) => id<PersonId>('person', name));
const operations = ['x', 'y'].map((name) => id<OperationId>('operation', name));

const someShare = fc.record({
  jurisdiction: fc.constantFrom(...places),
  extent: fc.constantFrom('whole' as const, 'assets' as const),
  expiresOn: fc.constantFrom<(Day | undefined)[]>(undefined, day('2026-11-23'), today, day('2027-01-01')),
  withdrawn: fc.boolean(),
});
const someConsent = fc.record({
  provider: fc.constantFrom('Europol', 'Interpol'),
  to: fc.option(fc.constantFrom(...places)),
  proceedings: fc.boolean(),
});
const someCase = fc.record({
  jurisdiction: fc.constantFrom(...places),
  opened: fc.uniqueArray(fc.constantFrom(...people), { maxLength: 2 }),
  left: fc.uniqueArray(fc.constantFrom(...people), { maxLength: 1 }),
  joined: fc.uniqueArray(fc.constantFrom(...people), { maxLength: 1 }),
  operations: fc.uniqueArray(fc.constantFrom(...operations), { maxLength: 1 }),
  shares: fc.array(someShare, { maxLength: 2 }),
  provider: fc.option(fc.constant('Europol')),
  consents: fc.array(someConsent, { maxLength: 2 }),
});
type Drawn = typeof someCase extends fc.Arbitrary<infer Case> ? Case : never;

const someGrant: fc.Arbitrary<Grant> = fc.record({
  grantId: fc.constant(id<Grant['grantId']>('grant')),
  role: fc.constantFrom(...roles),
  authority: fc.constant('Authority'),
  jurisdiction: fc.constantFrom(...places),
  operationId: fc.constantFrom(...operations),
  from: fc.constant(day('2024-01-01')),
});
const someScopes = fc.option(fc.subarray<string>([...caseActs]), { nil: undefined });
const somebody: fc.Arbitrary<Principal> = fc
  .record({
    personId: fc.constantFrom(...people, id<PersonId>('stranger')),
    grants: fc.array(someGrant, { maxLength: 3 }),
    glass: fc.subarray(Array.from({ length: 4 }, (_, n) => caseOf(`${n}`))),
    scopes: someScopes,
  })
  .map(({ scopes, ...drawn }) => ({
    ...drawn,
    name: 'somebody',
    kind: 'person',
    authority: 'Authority',
    jurisdiction: country('ES'),
    ...(scopes ? { scopes } : {}),
  }));
const someRules: fc.Arbitrary<BookRules> = fc
  .array(
    fc.record({
      role: fc.constantFrom(...roles),
      act: fc.constantFrom(...caseActs),
      relation: fc.constantFrom(...relations),
      allowed: fc.boolean(),
    }),
    { maxLength: 4 },
  )
  .map((changes) =>
    changes.reduce((rules, data) => rulesDecider.evolve(rules, { type: 'RoleRuleSet', data }), rulesDecider.initial()),
  );

const factsOf = (name: string, drawn: Drawn): CaseFacts => ({
  caseId: caseOf(name),
  jurisdiction: drawn.jurisdiction,
  operations: new Set(drawn.operations),
  team: new Set([...drawn.opened.filter((one) => !drawn.left.includes(one)), ...drawn.joined]),
  shares: drawn.shares.filter(({ jurisdiction, withdrawn }) => jurisdiction !== drawn.jurisdiction && !withdrawn),
});

const toldOf = (name: string, drawn: Drawn): CaseDecision[] => [
  ...opening(name, drawn.jurisdiction, drawn.opened),
  ...drawn.left.map((personId) => decide.TeamMemberLeft({ personId, leftOn: day('2024-02-01') })),
  ...drawn.joined.map((personId) => decide.TeamMemberJoined({ personId, joinedOn: day('2024-02-02') })),
  ...drawn.operations.map((operationId) => decide.CaseTaggedToOperation({ operationId, effectiveOn: day('2024-02-01') })), // prettier-ignore
  ...drawn.shares.flatMap(({ jurisdiction, extent, expiresOn, withdrawn }, n) => {
    if (jurisdiction === drawn.jurisdiction) return [];
    const shareId = id<never>('share', name, String(n));
    const until = expiresOn ? { expiresOn } : {};
    return [
      decide.CaseShared({ shareId, jurisdiction, extent, sharedOn: day('2024-02-01'), ...until }),
      ...(withdrawn ? [decide.CaseShareWithdrawn({ shareId, withdrawnOn: day('2024-03-01'), reason: 'done' })] : []),
    ];
  }),
];

const marksOf = ({ provider }: Drawn) => ({ codes: ['H2'], ...(provider ? { provider } : {}) });

const consentsOf = (eventId: EventId, drawn: Drawn) =>
  drawn.consents.map(({ provider, to, proceedings }) => ({
    eventId,
    provider,
    purpose: proceedings ? ('proceedings' as const) : ('passing-on' as const),
    ...(to ? { jurisdiction: to } : {}),
    consentedOn: day('2024-03-01'),
  }));

describe(`the statements say what the rules say (FC_SEED=${seed})`, () => {
  let book: Book;
  const world = new Map<CaseId, { facts: CaseFacts; drawn: Drawn; marked: EventId }>();

  beforeAll(async () => {
    book = await Book.open();
    for (const [n, drawn] of fc.sample(someCase, { seed, numRuns: CASES }).entries()) {
      const name = `${n}`;
      await book.record(caseOf(name), ...toldOf(name, drawn));
      const facts = factsOf(name, drawn);
      const closing = decide.CaseClosed({ closedOn: day('2024-02-20'), reason: `closed ${name}` });
      const { eventIds } = await book.recordMarked(caseOf(name), { handling: marksOf(drawn) }, closing);
      const marked = eventIds[0] as EventId;
      // Logs hold consents that would be refused now.
      await book.record(caseOf(name), () => consentsOf(marked, drawn).map((data) => ({ type: 'ProviderConsented', data }))); // prettier-ignore
      world.set(facts.caseId, { facts, drawn, marked });
    }
    await book.readModels.catchUp();
  });
  afterAll(() => book.close());

  const allowed = (acts: readonly CaseAct[], principal: Principal, { roles: rules }: BookRules): CaseId[] =>
    [...world.values()]
      .filter(({ facts }) => acts.some((act) => mayOnCase(principal, act, facts, rules, today).yes))
      .map(({ facts }) => facts.caseId)
      .sort();

  const admitted = async (scope: Scope, reading: Reading | 'granted'): Promise<string[]> => {
    const values: SqlValue[] = [];
    const { schema, db } = book.readModels;
    const condition = visible(schema, scope, reading, { caseId: 'c.case_id', jurisdiction: 'c.jurisdiction' }, values);
    const text = `select c.case_id from ${schema}.cases c where ${condition} order by 1`;
    return (await db.query<{ case_id: string }>(text, values)).map((row) => row.case_id);
  };

  it('of every case, for whoever asks', () =>
    fc.assert(
      fc.asyncProperty(somebody, someRules, async (principal, rules) => {
        const scope = limitsOf(principal, rules.roles, today);
        const page = { limit: CASES };
        const listed = (await cases(book.readModels, scope, {}, page)).items.map(({ caseId }) => caseId).sort();
        expect(listed).toEqual(allowed(['consult'], principal, rules));
        const shown = (await assets(book.readModels, scope, {}, page)).items.map(({ caseId }) => caseId).sort();
        expect(shown).toEqual(allowed(['consult', 'consult-assets'], principal, rules));
        expect(await admitted(scope, 'count')).toEqual(allowed(['consult', 'consult-assets', 'count'], principal, rules)); // prettier-ignore
        expect(await admitted(scope, 'countFew')).toEqual(allowed(['consult', 'consult-assets', 'count-few'], principal, rules)); // prettier-ignore
        const { scopes, ...whole } = principal;
        expect(await admitted(scope, 'granted')).toEqual(scopes ? allowed(['consult', 'consult-assets', 'count-few'], whole, rules) : []); // prettier-ignore
      }),
      { seed, numRuns: 150 },
    ));

  it('of every entry marked H2, whoever reads it', () =>
    fc.assert(
      fc.asyncProperty(somebody, someRules, async (principal, rules) => {
        const scope = limitsOf(principal, rules.roles, today);
        for (const caseId of allowed(['consult'], principal, rules).slice(0, 4)) {
          const { drawn, marked } = world.get(caseId) as { drawn: Drawn; marked: EventId };
          const { items } = await timeline(book.readModels, scope, caseId, { limit: 100 });
          const circle = { own: drawn.jurisdiction, home: scope.home as CountryCode[], consents: consentsOf(marked, drawn) }; // prettier-ignore
          const entry = items.find(({ eventId }) => eventId === marked);
          expect(entry && isSealed(entry)).toBe(!mayPassOn(marksOf(drawn), circle));
        }
      }),
      { seed, numRuns: 100 },
    ));
});

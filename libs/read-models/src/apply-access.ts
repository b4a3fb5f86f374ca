import {
  type Grant,
  type GrantId,
  type Person,
  personDecider,
  type PersonEvent,
  type Proposal,
  proposalAfter,
  type ProposalEvent,
  RULES_STREAM,
  type TokenIssued,
} from '#access';
import type { RecordedEvent } from '#event-store';

import type { Batch } from './batch.js';
import type { Row } from './rows.js';

/** A proposal between two of its events. */
export interface ProposalDetail {
  readonly proposal: Proposal;
  readonly firstPosition: number;
}

/** A person likewise, as JSON has no maps. */
export interface PersonDetail {
  readonly admitted: NonNullable<Person['admitted']>;
  readonly barred: boolean;
  readonly grants: readonly Grant[];
  readonly revoked: readonly GrantId[];
  readonly tokens: readonly TokenIssued['data'][];
  readonly glass: Person['glass'];
  readonly firstPosition: number;
}

/** Takes in an event about access: proposals, and the people. */
export const applyToAccess = async (batch: Batch, event: RecordedEvent): Promise<void> => {
  // Rules are asked of their own stream by who decides: no answer rests on a row of theirs.
  if (event.stream === RULES_STREAM) return;
  const table = isOfProposal(event.type) ? 'proposals' : 'people';
  const id = event.stream.slice('access-'.length);
  const before = batch.changes[table].get(id)?.at(-1) ?? (await batch.memory.register(table, id));
  const row = table === 'proposals' ? proposalRow : personRow;
  batch.changes[table].set(id, row(id, before, event));
  if (event.type === 'GlassBroken') batch.changes.glass.push(glassRow(event));
};

const proposalTypes: readonly ProposalEvent['type'][] = [
  'ActProposed',
  'ProposalApproved',
  'ProposalRefused',
  'ProposalCarriedOut',
  'ProposalRejected',
  'ProposalWithdrawn',
  'ProposalExpired',
];
const isOfProposal = (type: string): boolean => (proposalTypes as readonly string[]).includes(type);

const proposalRow = (id: string, before: unknown, event: RecordedEvent): Row => {
  const standing = typeof before === 'string' ? (JSON.parse(before) as ProposalDetail) : undefined;
  const { firstPosition = event.position } = standing ?? {};
  const proposal = proposalAfter(
    standing?.proposal ?? { proposed: undefined, state: 'waiting' },
    event as unknown as ProposalEvent,
  );
  const { proposed, state } = proposal;
  if (!proposed) throw new Error(`${event.type} of something that was never proposed`);
  const detail: ProposalDetail = { proposal, firstPosition };
  return [
    id, proposed.caseId ?? null, proposed.act, state, proposed.by.personId, proposed.by.role, proposed.expiresAt, firstPosition,
    event.position, JSON.stringify(detail),
  ]; // prettier-ignore
};

const personRow = (id: string, before: unknown, event: RecordedEvent): Row => {
  const standing = typeof before === 'string' ? (JSON.parse(before) as PersonDetail) : undefined;
  const { firstPosition = event.position } = standing ?? {};
  const person = personDecider.evolve(standing ? personOf(standing) : personDecider.initial(), event);
  const { admitted, barred } = person;
  if (!admitted) throw new Error(`${event.type} of somebody who was never admitted`);
  const detail = detailOf(person, admitted, firstPosition);
  return [id, admitted.name, admitted.kind, barred, firstPosition, event.position, JSON.stringify(detail)];
};

const personOf = ({ admitted, barred, grants, revoked, tokens, glass }: PersonDetail): Person => ({
  admitted,
  barred,
  grants: new Map(grants.map((grant) => [grant.grantId, grant])),
  revoked: new Set(revoked),
  tokens: new Map(tokens.map((token) => [token.tokenId, token])),
  glass,
});

const detailOf = (
  { barred, grants, revoked, tokens, glass }: Person,
  admitted: PersonDetail['admitted'],
  firstPosition: number,
): PersonDetail => ({
  admitted,
  barred,
  grants: [...grants.values()],
  revoked: [...revoked],
  tokens: [...tokens.values()],
  glass,
  firstPosition,
});

const glassRow = ({ position, data, metadata }: RecordedEvent): Row => {
  const { personId, caseId, reason, until } = data as Extract<PersonEvent, { type: 'GlassBroken' }>['data'];
  return [position, personId, caseId, reason, until, metadata.recordedAt];
};

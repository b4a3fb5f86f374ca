import type { CaseId, CountryCode, EventId, Id, Instant, PersonId } from '#core';

import type { Event } from './event.js';
import type { FourEyesAct } from './four-eyes.js';
import { refuse } from './refusals.js';
import type { Role } from './role.js';

// Stored names and fields: add, never change.

export type ProposalId = Id<'proposal'>;

/** Who did it, and by which role. */
export interface By {
  readonly personId: PersonId;
  readonly person: string;
  readonly role: Role;
  readonly authority: string;
  readonly jurisdiction: CountryCode;
}

/** Somebody asks for an act that a second person must approve. It is in force once they do, and nothing before. */
export type ActProposed = Event<
  'ActProposed',
  {
    proposalId: ProposalId;
    act: FourEyesAct;
    /** None of an import, which is about the cases of its register. */
    caseId?: CaseId;
    /** Of an import: those for which who proposed it may import. It is for who may open cases of one of them. */
    jurisdictions?: readonly CountryCode[];
    /** The command as it was told: it is decided again when it is approved. */
    command: Readonly<Record<string, unknown>>;
    by: By;
    expiresAt: Instant;
  }
>;
export type ProposalApproved = Event<'ProposalApproved', { proposalId: ProposalId; by: By; reason?: string }>;
/** The law did not admit it any more when it was approved: with the code of the refusal. */
export type ProposalRefused = Event<'ProposalRefused', { proposalId: ProposalId; code: string }>;
/** It was recorded; none when it was so already. */
export type ProposalCarriedOut = Event<'ProposalCarriedOut', { proposalId: ProposalId; eventIds: EventId[] }>;
export type ProposalRejected = Event<'ProposalRejected', { proposalId: ProposalId; by: By; reason: string }>;
export type ProposalWithdrawn = Event<'ProposalWithdrawn', { proposalId: ProposalId; by: By }>;
/** Nobody approved it in time. */
export type ProposalExpired = Event<'ProposalExpired', { proposalId: ProposalId }>;

export type ProposalEvent =
  | ActProposed
  | ProposalApproved
  | ProposalRefused
  | ProposalCarriedOut
  | ProposalRejected
  | ProposalWithdrawn
  | ProposalExpired;

export type ProposalState = 'waiting' | 'approved' | 'carried-out' | 'refused' | 'rejected' | 'withdrawn' | 'expired';

export const proposalStream = (id: ProposalId): string => `access-${id}`;

/** For how long it waits for somebody. */
export const PROPOSAL_LASTS_MS = 14 * 86_400_000;

export interface Proposal {
  proposed: ActProposed['data'] | undefined;
  state: ProposalState;
  /** Who settled it. */
  by?: By;
  reason?: string;
  /** Of the refusal of the law. */
  code?: string;
  eventIds?: readonly EventId[];
}

/** What a proposal is after an event about it. */
export const proposalAfter = (proposal: Proposal, event: ProposalEvent): Proposal => {
  switch (event.type) {
    case 'ActProposed':
      return { proposed: event.data, state: 'waiting' };
    case 'ProposalApproved':
      return { ...proposal, state: 'approved', by: event.data.by };
    case 'ProposalRefused':
      return { ...proposal, state: 'refused', code: event.data.code };
    case 'ProposalCarriedOut':
      return { ...proposal, state: 'carried-out', eventIds: event.data.eventIds };
    case 'ProposalRejected':
      return { ...proposal, state: 'rejected', by: event.data.by, reason: event.data.reason };
    case 'ProposalWithdrawn':
      return { ...proposal, state: 'withdrawn', by: event.data.by };
    case 'ProposalExpired':
      return { ...proposal, state: 'expired' };
  }
  // People have streams of the same names: in one of them nothing was proposed.
  if (!proposal.proposed) return proposal;
  throw new Error(`this release does not know ${(event as { type: string }).type}`);
};

export const proposalDecider = {
  initial: (): Proposal => ({ proposed: undefined, state: 'waiting' }),
  evolve: (proposal: Proposal, fact: { type: string; data: object }): Proposal =>
    proposalAfter(proposal, fact as ProposalEvent),
};

export type ProposalDecision = (proposal: Proposal) => ProposalEvent[];

export const propose =
  (data: ActProposed['data']): ProposalDecision =>
  ({ proposed }) =>
    proposed ? [] : [{ type: 'ActProposed', data }];

const waiting = ({ proposed, state }: Proposal): ActProposed['data'] => {
  if (!proposed) return refuse('proposal-unknown', 'Nothing was proposed under this id.');
  if (state !== 'waiting') refuse('proposal-settled', `It is ${state} already.`, { state });
  return proposed;
};

/** Who may approve besides being allowed to: somebody else, of another role. @throws Refused `approver-*`. */
export const assertSecond = (proposed: Pick<ActProposed['data'], 'by'>, by: By): void => {
  if (proposed.by.personId === by.personId)
    refuse('approver-is-proposer', 'Another person approves it than proposed it.');
  if (proposed.by.role === by.role)
    refuse('approver-of-same-role', `Somebody who is not ${by.role} approves it.`, { role: by.role });
};

/** After its time it has run out, whoever comes: that is said, and nothing else. */
const inTime = (
  proposal: Proposal,
  now: Instant,
  then: (proposed: ActProposed['data']) => ProposalEvent,
): ProposalEvent[] => {
  const proposed = waiting(proposal);
  if (now < proposed.expiresAt) return [then(proposed)];
  return [{ type: 'ProposalExpired', data: { proposalId: proposed.proposalId } }];
};

export const approve =
  (by: By, now: Instant, reason?: string): ProposalDecision =>
  (proposal) => {
    if (proposal.state === 'approved' && proposal.by?.personId === by.personId) return [];
    return inTime(proposal, now, (proposed) => {
      assertSecond(proposed, by);
      const { proposalId } = proposed;
      return { type: 'ProposalApproved', data: { proposalId, by, ...(reason ? { reason } : {}) } };
    });
  };

export const reject =
  (by: By, now: Instant, reason: string): ProposalDecision =>
  (proposal) =>
    inTime(proposal, now, (proposed) => {
      if (proposed.by.personId === by.personId) refuse('approver-is-proposer', 'Withdraw it instead.');
      return { type: 'ProposalRejected', data: { proposalId: proposed.proposalId, by, reason } };
    });

export const withdraw =
  (by: By): ProposalDecision =>
  (proposal) => {
    const { proposalId, by: proposer } = waiting(proposal);
    if (proposer.personId !== by.personId) refuse('not-yours', 'Only who proposed it withdraws it.');
    return [{ type: 'ProposalWithdrawn', data: { proposalId, by } }];
  };

export const expire =
  (now: Instant): ProposalDecision =>
  (proposal) =>
    proposal.proposed && proposal.state === 'waiting' && now >= proposal.proposed.expiresAt
      ? [{ type: 'ProposalExpired', data: { proposalId: proposal.proposed.proposalId } }]
      : [];

/** What came of carrying it out. */
export const conclude =
  (outcome: { readonly eventIds: readonly EventId[] } | { readonly code: string }): ProposalDecision =>
  ({ proposed, state }) => {
    if (!proposed || state !== 'approved') return [];
    const { proposalId } = proposed;
    return 'code' in outcome
      ? [{ type: 'ProposalRefused', data: { proposalId, code: outcome.code } }]
      : [{ type: 'ProposalCarriedOut', data: { proposalId, eventIds: [...outcome.eventIds] } }];
  };

import type { CaseAct } from '#access';
import {
  caseDecider,
  type CaseDecision,
  type CaseEvent,
  type CaseFile,
  decide,
  decideNetwork,
  decideOperation,
  type Known,
  networkDecider,
  type NetworkEvent,
  operationDecider,
  type OperationEvent,
  refuse,
  standingOf,
  streamOf,
} from '#casework';
import type { CaseId, EventId, NetworkId, OperationId } from '#core';
import type { Decider, Decision } from '#event-store';

import { checked } from './described/checker.js';
import { bodyOf, type CorrectEntry } from './corrections.bodies.js';
import { inputOf } from './input.js';

export type Fact = (CaseEvent | NetworkEvent | OperationEvent)['type'];
export type Ids = Readonly<Record<string, string>>;
export type Data = Readonly<Record<string, unknown>>;
export type Root = 'caseId' | 'networkId' | 'operationId';

/** What is to be recorded, by whom, and who approved it, where somebody must. */
export interface Wanted {
  readonly type: Fact;
  readonly root: Root;
  readonly ids: Ids;
  readonly body: Data;
  /** As what the law sees as the author, and the second person. */
  readonly author: string;
  readonly approver?: string;
}

/** A stream and what is decided there. */
export interface Decided {
  readonly stream: string;
  readonly decider: Decider<unknown>;
  readonly decision: Decision<unknown>;
  /** What the fact says, before the law fills in what was left out. Of a correction, what should have been said. */
  readonly data: Data;
  /** The type of fact that says this, where it stands in the body, and the entry that it mends or takes back. */
  readonly says: { readonly type: Fact; readonly at: '' | '/data'; readonly mends?: EventId };
}

/** Facts that say who may read a case. They hold from the next request on. */
const SHARING: readonly Fact[] = ['TeamMemberJoined', 'TeamMemberLeft', 'CaseShared', 'CaseShareWithdrawn', 'ProviderConsented']; // prettier-ignore

/** What it is to record a fact of a case. */
export const actFor = (type: Fact): CaseAct => (SHARING.includes(type) ? 'share' : 'record');

/** What a measure leaves out is filled in when it is recorded; a correction that leaves it out keeps what was filled in. */
const FILLED = ['shareBp', 'jurisdiction', 'power', 'final'] as const;
const IDS = ['assetId', 'newAssetId', 'orderId', 'approvedBy'] as const;

const kept = (standing: Data, told: Data, type: string): Data => {
  const ids = IDS.filter((key) => key !== 'orderId' || type.startsWith('Order'));
  const filled = type.startsWith('Asset') && 'shareBp' in standing ? FILLED.filter((key) => !(key in told)) : [];
  return Object.fromEntries([...ids, ...filled].flatMap((key) => (key in standing ? [[key, standing[key]]] : [])));
};

type Mending = Pick<Wanted, 'ids' | 'author' | 'approver'>;

const mendingOf = ({ ids, author, approver = '' }: Mending, reason: unknown) => ({
  eventId: ids['eventId'] as EventId,
  reason: String(reason),
  approvedBy: approver,
  author,
});

const voiding = (wanted: Wanted): CaseDecision => decide.EntryVoided(mendingOf(wanted, wanted.body['reason']));

/** What an entry says, as corrected. */
export const standingData = (file: CaseFile, eventId: EventId): Data | undefined => {
  const found = file.entries.get(eventId);
  return found && { ...standingOf(found).data };
};

/** The body of the correction is the body of the entry's own type; what it is about is taken from the entry. */
const correcting = (wanted: Wanted): { decision: CaseDecision; data: Data } => {
  const { type, reason, data: told } = wanted.body as unknown as CorrectEntry;
  const body = inputOf(checked(bodyOf[type], told, '/data') as Data, '/data');
  const mending = mendingOf(wanted, reason);
  const decision: CaseDecision = (file, known) => {
    const found = file.entries.get(mending.eventId);
    if (found && found.event.type !== type) {
      const detail = { type: found.event.type };
      refuse('entry-of-another-thing', `The entry is of type ${found.event.type}.`, detail, '/type');
    }
    const standing = standingData(file, mending.eventId) ?? {};
    const data = { ...body, ...kept(standing, body, type) } as never;
    return decide.EntryCorrected({ ...mending, data })(file, known);
  };
  return { decision, data: body };
};

const untyped = <State>(decider: Decider<State>): Decider<unknown> => decider as Decider<unknown>;

/** The decision, with what it may look up. */
const knowingOf =
  <State>(decide: (state: State, known: Known) => ReturnType<Decision<State>>, known: Known): Decision<unknown> =>
  (state) =>
    decide(state as State, known);

const onCase = (wanted: Wanted, known: Known): Decided => {
  const { type, ids, body } = wanted;
  const knowing = (decision: CaseDecision): Decision<unknown> => knowingOf(decision, known);
  const place = { stream: streamOf.case(ids['caseId'] as CaseId), decider: untyped(caseDecider) };
  if (type === 'EntryVoided')
    return {
      ...place,
      decision: knowing(voiding(wanted)),
      data: body,
      says: { type, at: '', mends: ids['eventId'] as EventId },
    };
  if (type === 'EntryCorrected') {
    const { decision, data } = correcting(wanted);
    const mends = ids['eventId'] as EventId;
    const says = { type: (body as unknown as CorrectEntry).type, at: '/data', mends } as const;
    return { ...place, decision: knowing(decision), data, says };
  }
  const { caseId: _, ...others } = ids;
  const approved = type === 'DuplicateDeclared' ? { approvedBy: wanted.approver ?? '' } : {};
  const data = inputOf({ ...body, ...(type === 'CaseOpened' ? ids : others), ...approved });
  const decision = knowing(decide[type as CaseEvent['type']](data as never));
  return { ...place, decision, data, says: { type, at: '' } };
};

/** Turns what was told into a decision. @throws Refused, Invalid what is wrong in its form. */
export const decidedBy = (wanted: Wanted, known: Known): Decided => {
  const { type, root, ids, body } = wanted;
  if (root === 'caseId') return onCase(wanted, known);
  const data = inputOf({ ...body, ...ids });
  const says = { type, at: '' } as const;
  if (root === 'networkId')
    return {
      stream: streamOf.network(ids['networkId'] as NetworkId),
      decider: untyped(networkDecider),
      decision: knowingOf(decideNetwork[type as NetworkEvent['type']](data as never), known),
      data,
      says,
    };
  return {
    stream: streamOf.operation(ids['operationId'] as OperationId),
    decider: untyped(operationDecider),
    decision: knowingOf(decideOperation[type as OperationEvent['type']](data as never), known),
    data,
    says,
  };
};

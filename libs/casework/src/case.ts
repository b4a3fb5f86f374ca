import {
  type BasisPoints,
  type CaseId,
  type CountryCode,
  type Day,
  type NetworkId,
  type OperationId,
  type PersonId,
  WHOLE,
} from '#core';

import type { Rules } from './decision.js';
import type { Event } from './event.js';
import { assertDays } from './guards.js';
import { refuse } from './refusals.js';

// Stored names and fields: add, never change.

/** A case was opened by an authority. It is the file into which every later fact about its assets goes. */
export type CaseOpened = Event<
  'CaseOpened',
  {
    caseId: CaseId;
    /** The national file reference of the proceedings (Directive (EU) 2024/1260 Art. 27(2)(d)). */
    reference: string;
    title: string;
    authority: string;
    jurisdiction: CountryCode;
    openedOn: Day;
    /** Who works on it from the start. */
    team?: PersonId[];
  }
>;

/** How sure the investigators are that the assets belong to a network. A person decides it, never a machine (LED Art. 11). */
export type Confidence = 'suspected' | 'probable' | 'confirmed';

export interface Attribution {
  networkId: NetworkId;
  /** Share of the value of the case's assets; the shares of one attribution add up to the whole at most. */
  weightBp: BasisPoints;
  confidence: Confidence;
}

/** From a day on, the value of the case's assets is split over these networks; what is left over is unattributed. */
export type CaseAttributedToNetworks = Event<
  'CaseAttributedToNetworks',
  { attributions: Attribution[]; effectiveOn: Day; basis?: string }
>;

/** The case contributes to an EMPACT operational action or another joint operation. Credit of this kind is not additive. */
export type CaseTaggedToOperation = Event<'CaseTaggedToOperation', { operationId: OperationId; effectiveOn: Day }>;

/** Another jurisdiction takes part. Value stays with the jurisdiction that executes a measure (domain rule 7.2 no. 3). */
export type JurisdictionJoined = Event<
  'JurisdictionJoined',
  { jurisdiction: CountryCode; role: 'contributor' | 'executing' | 'issuing'; joinedOn: Day }
>;

export type CaseClosed = Event<'CaseClosed', { closedOn: Day; reason: string }>;
export type CaseReopened = Event<'CaseReopened', { reopenedOn: Day; reason: string }>;

const inOrderOfTime = (before: Day | undefined, after: Day, at: string): void => {
  if (before && after < before) refuse('ends-before-it-starts', `It cannot come before ${before}.`, { before }, at);
};

export const caseRules: Rules<
  | 'CaseOpened'
  | 'CaseClosed'
  | 'CaseReopened'
  | 'CaseAttributedToNetworks'
  | 'CaseTaggedToOperation'
  | 'JurisdictionJoined'
> = {
  CaseOpened: (file, data) => {
    if (file.caseId) refuse('case-exists', 'Another case is open under this id.', {}, '/caseId');
    assertDays(data);
  },
  CaseClosed: (file, data) => {
    assertDays(data);
    inOrderOfTime(file.openedOn, data.closedOn, '/closedOn');
  },
  CaseReopened: (file, data) => {
    if (!file.closed) refuse('case-open', 'The case is open already.');
    assertDays(data);
    inOrderOfTime(file.closed?.closedOn, data.reopenedOn, '/reopenedOn');
  },
  CaseAttributedToNetworks: (_, data) => {
    assertDays(data);
    const { attributions } = data;
    for (const { weightBp } of attributions) {
      if (!Number.isInteger(weightBp) || weightBp < 1 || weightBp > WHOLE)
        refuse('share-malformed', 'Give weights in whole basis points, 1 to 10000.', { weightBp }, '/attributions');
    }
    const sum = attributions.reduce((total, { weightBp }) => total + weightBp, 0);
    if (sum > WHOLE)
      refuse('weights-exceed-the-whole', 'The weights add up to more than 10000.', { sum }, '/attributions');
    if (new Set(attributions.map(({ networkId }) => networkId)).size < attributions.length)
      refuse('network-twice', 'A network stands there twice. Add its weights up.', {}, '/attributions');
  },
  CaseTaggedToOperation: (_, data) => assertDays(data),
  JurisdictionJoined: (_, data) => assertDays(data),
};

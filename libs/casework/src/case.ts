import type { BasisPoints, CaseId, CountryCode, Day, NetworkId, OperationId } from '#core';

import type { Event } from './event.js';

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

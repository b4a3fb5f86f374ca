import type { CountryCode, Day, EventId, PersonId, ShareId } from '#core';

import type { CaseDecision } from './decision.js';
import type { Event } from './event.js';
import type { CaseFile, Entered } from './file.js';
import { assertCome, assertDays } from './guards.js';
import { refuse } from './refusals.js';
import { same } from './same.js';

// Stored names and fields: add, never change.

/** Somebody works on the case from now on: need to know, not rank, opens a file (LED Art. 4(1)(c), 29(2)(e)). */
export type TeamMemberJoined = Event<'TeamMemberJoined', { personId: PersonId; joinedOn: Day }>;
export type TeamMemberLeft = Event<'TeamMemberLeft', { personId: PersonId; leftOn: Day; reason?: string }>;

/** `whole`: the case as it stands; `assets`: what is said of its assets, and nothing else. */
export type Extent = 'whole' | 'assets';
export const extents: readonly Extent[] = ['whole', 'assets'];

/**
 * Another jurisdiction may read the case, under conditions (LED Arts 7(2), 9(3)); a third State on the legal ground that is
 * named (LED Arts 35-38). It may until the last day of the share, or until the share is taken back.
 */
export type CaseShared = Event<
  'CaseShared',
  {
    shareId: ShareId;
    jurisdiction: CountryCode;
    extent: Extent;
    sharedOn: Day;
    /** The last day on which it may be read. */
    expiresOn?: Day;
    conditions?: string;
    legalGround?: string;
  }
>;
export type CaseShareWithdrawn = Event<'CaseShareWithdrawn', { shareId: ShareId; withdrawnOn: Day; reason: string }>;

/** `passing-on`: what is marked H2 may go to the jurisdiction; `proceedings`: what is marked H1 may be used in court. */
export type ConsentPurpose = 'passing-on' | 'proceedings';
export const consentPurposes: readonly ConsentPurpose[] = ['passing-on', 'proceedings'];

/** The provider of an entry agreed to what its handling code bars (Europol handling codes H1, H2). */
export type ProviderConsented = Event<
  'ProviderConsented',
  {
    eventId: EventId;
    provider: string;
    purpose: ConsentPurpose;
    /** To whom it may be passed on; to every jurisdiction the case is shared with when it is left out. */
    jurisdiction?: CountryCode;
    consentedOn: Day;
    document?: string;
  }
>;

export type SharingEvent = TeamMemberJoined | TeamMemberLeft | CaseShared | CaseShareWithdrawn | ProviderConsented;

/** Who may read a case besides those whom a rule admits. */
export class Circle {
  readonly team = new Set<PersonId>();
  /** Shares that were not taken back. Whether one has run out depends on the day. */
  readonly shares = new Map<ShareId, CaseShared['data']>();
  readonly withdrawn = new Map<ShareId, CaseShareWithdrawn['data']>();
  readonly consents: ProviderConsented['data'][] = [];

  evolve(event: SharingEvent): void {
    switch (event.type) {
      case 'TeamMemberJoined':
        return void this.team.add(event.data.personId);
      case 'TeamMemberLeft':
        return void this.team.delete(event.data.personId);
      case 'CaseShared':
        return void this.shares.set(event.data.shareId, event.data);
      case 'CaseShareWithdrawn':
        this.withdrawn.set(event.data.shareId, event.data);
        return void this.shares.delete(event.data.shareId);
      case 'ProviderConsented':
        return void this.consents.push(event.data);
    }
  }
}

/** Whether it says something new. @throws Refused what the circle does not admit. */
type Rule<T extends SharingEvent['type']> = (
  file: CaseFile,
  data: Extract<SharingEvent, { type: T }>['data'],
) => boolean;

const sharingRules: { readonly [T in SharingEvent['type']]: Rule<T> } = {
  TeamMemberJoined: ({ circle }, { personId }) => !circle.team.has(personId),
  TeamMemberLeft: ({ circle }, { personId }) => circle.team.has(personId),
  CaseShared: ({ circle, jurisdiction }, data) => {
    const { shareId, sharedOn, expiresOn } = data;
    if (data.jurisdiction === jurisdiction)
      refuse('shared-with-itself', 'The case is of this jurisdiction. Let people join its team.', {}, '/jurisdiction');
    if (expiresOn && expiresOn < sharedOn)
      refuse('ends-before-it-starts', 'It ends before it starts.', { sharedOn, expiresOn }, '/expiresOn');
    const known = circle.shares.get(shareId);
    if (known && same(known, data)) return false;
    if (known ?? circle.withdrawn.get(shareId))
      refuse('share-exists', 'Another share has this id.', { shareId }, '/shareId');
    return true;
  },
  CaseShareWithdrawn: ({ circle }, { shareId }) => {
    if (circle.withdrawn.has(shareId)) return false;
    if (!circle.shares.has(shareId)) refuse('share-unknown', 'No such share of this case.', { shareId }, '/shareId');
    return true;
  },
  ProviderConsented: ({ circle, entries }, data) => {
    const { eventId } = data;
    const entry = entries.get(eventId);
    if (!entry) return refuse('entry-unknown', 'No such entry in this case.', { eventId }, '/eventId');
    assertProvider(entry, data);
    return !circle.consents.some((consent) => same(consent, data));
  },
};

/** What waits for the consent of its provider. */
const BARRED: readonly string[] = ['H1', 'H2'];

const assertProvider = ({ eventId, handling }: Entered, { provider }: ProviderConsented['data']): void => {
  if (!handling?.codes.some((code) => BARRED.includes(code)))
    refuse('nothing-to-consent-to', 'The entry is marked neither H1 nor H2.', { eventId }, '/eventId');
  const named = handling?.provider;
  if (named !== undefined && named !== provider)
    refuse('provider-differs', 'Another provided the entry. Name the provider as its marks do.', {}, '/provider');
};

/** Who may read a case is decided for closed cases too. */
export const sharing =
  <T extends SharingEvent['type']>(type: T) =>
  (data: Extract<SharingEvent, { type: T }>['data']): CaseDecision =>
  (file, known) => {
    if (!file.caseId) refuse('case-unknown', 'There is no such case. Open it first.');
    assertDays(data);
    assertCome(data, known);
    const rule = sharingRules[type] as Rule<SharingEvent['type']>;
    return rule(file, data as never) ? [{ type, data } as unknown as SharingEvent] : [];
  };

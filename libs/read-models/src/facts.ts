import { minorUnits, type Money, type Day, type AssetId, type EventId } from '#core';
import type { CorrectableEvent, RastroEvent } from '#casework';
import type { Fact, Inheritance, Valued } from '#ledger';

/** An event of the log whose type and data belong together, at its place in the stream. */
export type Told<E extends RastroEvent = RastroEvent> = E & { readonly eventId: EventId; readonly revision: number };

const valued = ({ amount, currency }: Money, on: Day): Valued => ({
  amount: minorUnits({ amount, currency }),
  currency,
  on,
});

const NOTHING: Inheritance = { lots: [], jurisdiction: 'ZZ' as Inheritance['jurisdiction'], region: '', reached: [] };

/** What an event means for the value of this asset; nothing, when it moves none. */
export const factOf = (event: Told<CorrectableEvent>, assetId: AssetId): Fact | undefined => {
  const { eventId, revision } = event;
  switch (event.type) {
    case 'AssetIdentified': {
      const { identifiedOn: on, jurisdiction, region = '', category, opening = false } = event.data;
      return { kind: 'identified', eventId, revision, on, jurisdiction, region, category, opening };
    }
    case 'AssetValued':
      return {
        kind: 'valued',
        eventId,
        revision,
        on: event.data.valuedOn,
        value: valued(event.data, event.data.valuedOn),
      };
    case 'AssetFrozen':
    case 'AssetSeized': {
      const { effectiveOn: on, shareBp, power, orderId, opening = false } = event.data;
      const kind = event.type === 'AssetFrozen' ? 'frozen' : 'seized';
      return { kind, eventId, revision, on, shareBp, power, opening, ...(orderId ? { orderId } : {}) };
    }
    case 'AssetConfiscated': {
      const { effectiveOn: on, shareBp, power, orderId, jurisdiction: executing, final, opening = false } = event.data;
      return {
        kind: 'confiscated',
        eventId,
        revision,
        on,
        shareBp,
        power,
        executing,
        final,
        opening,
        ...(orderId ? { orderId } : {}),
      };
    }
    case 'AssetReleased':
      return { kind: 'released', eventId, revision, on: event.data.effectiveOn, shareBp: event.data.shareBp };
    case 'AssetDisposed': {
      const { effectiveOn: on, shareBp, outcome, proceeds } = event.data;
      return {
        kind: 'disposed',
        eventId,
        revision,
        on,
        shareBp,
        outcome,
        ...(proceeds ? { proceeds: valued(proceeds, on) } : {}),
      };
    }
    case 'AssetConverted': {
      const { effectiveOn: on, proceeds, category } = event.data;
      const value = valued(proceeds, on);
      if (assetId === event.data.newAssetId)
        return { kind: 'inherited', eventId, revision, on, category, value, inheritance: NOTHING };
      return { kind: 'converted', eventId, revision, on, proceeds: value };
    }
    case 'OrderIssued': {
      const { finalOn: on, orderId } = event.data;
      return on && { kind: 'final', eventId, revision, on, orderId };
    }
    case 'OrderBecameFinal':
      return { kind: 'final', eventId, revision, on: event.data.finalOn, orderId: event.data.orderId };
    case 'AppealDecided': {
      const { decidedOn: on, orderId, outcome } = event.data;
      return outcome === 'upheld' ? undefined : { kind: 'undone', eventId, revision, on, orderId };
    }
    case 'OrderEnded': {
      const { endedOn: on, orderId } = event.data;
      return event.data.undoes ? { kind: 'undone', eventId, revision, on, orderId } : undefined;
    }
    case 'AssetLost':
      return { kind: 'lost', eventId, revision, on: event.data.effectiveOn };
    case 'AssetRelocated':
      return {
        kind: 'relocated',
        eventId,
        revision,
        on: event.data.effectiveOn,
        jurisdiction: event.data.jurisdiction,
        region: event.data.region ?? '',
      };
    case 'DuplicateDeclared':
      return { kind: 'duplicate', eventId, revision, on: '0001-01-01' as Day };
    case 'AssetTraced':
    case 'DisposalBarred':
    case 'DisposalBarLifted':
    case 'OrderExtended':
    case 'OrderAppealed':
    case 'CaseAttributedToNetworks':
    case 'CaseTaggedToOperation':
    case 'JurisdictionJoined':
      return undefined;
  }
};

/** The one amount in a fact that a rate converts, and the fact with that amount converted. */
export const amountIn = (fact: Fact): Valued | undefined =>
  fact.kind === 'valued' || fact.kind === 'inherited' ? fact.value : 'proceeds' in fact ? fact.proceeds : undefined;

export const withAmount = (fact: Fact, value: Valued): Fact =>
  fact.kind === 'valued' || fact.kind === 'inherited'
    ? { ...fact, value }
    : fact.kind === 'converted' || fact.kind === 'disposed'
      ? { ...fact, proceeds: value }
      : fact;

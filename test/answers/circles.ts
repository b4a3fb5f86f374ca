import { type Grant, type Limits, limitsOf, type Principal, shippedRules } from '#access';
import { type CaseDecision, decide, identifierOf } from '#casework';
import type { AssetId, CaseId, CountryCode, Day, NetworkId, OperationId, OrderId, PersonId } from '#core';
import { idOfWords } from '#event-store';

export const id = <T>(...words: string[]): T => idOfWords(...words) as unknown as T;
export const day = (text: string): Day => text as Day;
export const country = (code: string): CountryCode => code as CountryCode;

export const today = day('2026-11-24');
export const network = id<NetworkId>('network');
export const operation = id<OperationId>('operation');
export const me = id<PersonId>('me');

export const caseOf = (name: string): CaseId => id<CaseId>('case', name);
export const assetOf = (name: string): AssetId => id<AssetId>('asset', name);
export const orderOf = (name: string): OrderId => id<OrderId>('order', name);
export const plateOf = (name: string): string => `PLATE${name.toUpperCase().replace(/\W/g, '')}`;

/** A case of a jurisdiction with an asset, that is known by its plate, and an order that falls due. */
export const opening = (name: string, jurisdiction: CountryCode, team: PersonId[] = []): CaseDecision[] => {
  const [caseId, assetId, orderId] = [caseOf(name), assetOf(name), orderOf(name)];
  const identifiers = [identifierOf({ kind: 'serial', raw: plateOf(name) })];
  return [
    decide.CaseOpened({ caseId, reference: name, title: `Title of ${name}`, authority: 'Authority', jurisdiction, openedOn: day('2024-01-01'), team }),
    decide.AssetIdentified({ assetId, category: 'vehicle', description: `Car of ${name}`, identifiers, identifiedOn: day('2024-01-10'), jurisdiction }),
    decide.OrderIssued({ orderId, kind: 'freezing', power: 'conviction-based', reference: `O ${name}`, authority: 'Court', jurisdiction, issuedOn: day('2024-01-15'), expiresOn: day('2026-12-15'), over: { assets: [assetId] } }),
    decide.AssetFrozen({ assetId, orderId, effectiveOn: day('2024-01-16') }),
    decide.CaseAttributedToNetworks({ attributions: [{ networkId: network, weightBp: 10_000, confidence: 'confirmed' }], effectiveOn: day('2024-01-20') }),
  ]; // prettier-ignore
};

/** Shared with a jurisdiction, until a day when one is given. */
export const sharing = (
  name: string,
  jurisdiction: CountryCode,
  extent: 'whole' | 'assets',
  expiresOn?: Day,
): CaseDecision =>
  decide.CaseShared({
    shareId: id('share', name, jurisdiction, extent),
    jurisdiction,
    extent,
    sharedOn: day('2024-02-01'),
    ...(expiresOn ? { expiresOn } : {}),
  });

export const grant = (role: Grant['role'], jurisdiction: CountryCode, operationId?: OperationId): Grant => ({
  grantId: id('grant', role, jurisdiction),
  role,
  authority: 'Authority',
  jurisdiction,
  from: day('2024-01-01'),
  ...(operationId ? { operationId } : {}),
});

export const somebody = (grants: readonly Grant[], more: Partial<Principal> = {}): Principal => ({
  personId: id('somebody'),
  name: 'somebody',
  kind: 'person',
  authority: 'Authority',
  jurisdiction: grants[0]?.jurisdiction ?? ('ZZ' as CountryCode),
  grants,
  glass: [],
  ...more,
});

/** The limits of somebody with one grant. */
export const limits = (of: Grant, more: Partial<Principal> = {}): Limits =>
  limitsOf(somebody([of], more), shippedRules, today);

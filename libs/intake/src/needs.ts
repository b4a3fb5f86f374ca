import { Ajv, type ValidateFunction } from 'ajv';

import {
  barGrounds,
  type CaseEvent,
  categories,
  disposals,
  type EventOf,
  orderKinds,
  powers,
  type SharingEvent,
  valuationMethods,
} from '#casework';
import { isCountry, isDay, isId, isRegion } from '#core';

/** What a register can tell: every fact of a case but its opening (each row's case opens by itself), who may read it, and corrections. */
export type Told = Exclude<CaseEvent['type'], 'CaseOpened' | SharingEvent['type'] | 'EntryVoided' | 'EntryCorrected'>;

const text = { type: 'string', minLength: 1, maxLength: 4_000 };
const id = { type: 'string', format: 'id' };
const day = { type: 'string', format: 'day' };
const country = { type: 'string', format: 'country' };
const region = { type: 'string', format: 'region' };
const flag = { type: 'boolean' };
const money = {
  type: 'object',
  required: ['amount', 'currency'],
  additionalProperties: false,
  properties: { amount: text, currency: text },
};
const list = { type: 'array', items: { type: 'object' } };

/** One name means one thing in all events, but for the few that say `is` below. Amounts and currencies are the law's to judge. */
const named: Readonly<Record<string, object>> = {
  jurisdiction: country, region, district: region, category: { enum: categories }, power: { enum: powers }, method: { enum: valuationMethods },
  kind: { enum: orderKinds }, ground: { enum: barGrounds }, shareBp: { type: 'integer', minimum: 1, maximum: 10_000 }, final: flag, opening: { const: true },
  identifiers: list, attributions: list, quantity: { type: 'object' }, proceeds: money, costs: money, over: { type: 'object' },
}; // prettier-ignore

const schemaOf = (name: string): object =>
  named[name] ?? (name.endsWith('On') ? day : /(?:^i|I)d$/.test(name) ? id : text);

type NameIn<T extends CaseEvent['type']> = keyof EventOf<T>['data'] & string;
interface Need<T extends CaseEvent['type']> {
  readonly needs: readonly NameIn<T>[];
  readonly may?: readonly NameIn<T>[];
  readonly is?: Partial<Record<NameIn<T>, object>>;
}

/** What must and what may be said for each event; a share, a jurisdiction and a power left out are those of the asset and the order. */
const needs: { readonly [T in Told | 'CaseOpened']: Need<T> } = {
  CaseOpened: { needs: ['caseId', 'reference', 'title', 'authority', 'jurisdiction', 'openedOn'] },
  CaseClosed: { needs: ['closedOn', 'reason'] },
  CaseReopened: { needs: ['reopenedOn', 'reason'] },
  CaseAttributedToNetworks: { needs: ['attributions', 'effectiveOn'], may: ['basis'] },
  CaseTaggedToOperation: { needs: ['operationId', 'effectiveOn'] },
  JurisdictionJoined: {
    needs: ['jurisdiction', 'role', 'joinedOn'],
    is: { role: { enum: ['contributor', 'executing', 'issuing'] } },
  },
  AssetIdentified: {
    needs: ['assetId', 'category', 'description', 'identifiers', 'jurisdiction', 'identifiedOn'],
    may: ['region', 'district', 'locality', 'quantity', 'note', 'opening'],
  },
  AssetTraced: {
    needs: ['assetId', 'tracedOn', 'subject', 'role', 'evidence'],
    may: ['evaluation'],
    is: { role: { enum: ['owner', 'beneficial-owner', 'holder', 'third-party'] } },
  },
  AssetValued: { needs: ['assetId', 'amount', 'currency', 'method', 'valuedOn'], may: ['valuer', 'document'] },
  AssetConverted: {
    needs: ['assetId', 'newAssetId', 'how', 'category', 'description', 'identifiers', 'proceeds', 'effectiveOn'],
    may: ['costs'],
    is: { how: { enum: ['sale', 'deposit', 'exchange'] } },
  },
  AssetLost: { needs: ['assetId', 'effectiveOn', 'reason'] },
  AssetRelocated: { needs: ['assetId', 'jurisdiction', 'effectiveOn'], may: ['region', 'district', 'locality'] },
  DuplicateDeclared: { needs: ['assetId', 'survivorId', 'survivorCaseId', 'reason', 'approvedBy'] },
  DisposalBarred: { needs: ['assetId', 'ground', 'reference', 'barredOn'] },
  DisposalBarLifted: { needs: ['assetId', 'ground', 'reference', 'liftedOn'], may: ['outcome'] },
  OrderIssued: {
    needs: ['orderId', 'kind', 'power', 'reference', 'authority', 'jurisdiction', 'issuedOn', 'over'],
    may: ['expiresOn', 'finalOn'],
  },
  OrderExtended: { needs: ['orderId', 'extendedOn', 'expiresOn'] },
  OrderAppealed: { needs: ['orderId', 'appealedOn'], may: ['reference'] },
  AppealDecided: {
    needs: ['orderId', 'decidedOn', 'outcome'],
    is: { outcome: { enum: ['upheld', 'quashed', 'remitted'] } },
  },
  OrderBecameFinal: { needs: ['orderId', 'finalOn'] },
  OrderEnded: {
    needs: ['orderId', 'endedOn', 'how'],
    is: { how: { enum: ['lapsed', 'lifted', 'quashed', 'withdrawn', 'satisfied'] } },
  },
  AssetFrozen: { needs: ['assetId', 'orderId', 'effectiveOn'], may: ['shareBp', 'jurisdiction', 'power', 'opening'] },
  AssetSeized: { needs: ['assetId', 'effectiveOn'], may: ['orderId', 'shareBp', 'jurisdiction', 'power', 'opening'] },
  AssetReleased: {
    needs: ['assetId', 'effectiveOn', 'reason'],
    may: ['shareBp', 'orderId', 'note'],
    is: { reason: { enum: ['lifted', 'annulled', 'withdrawn', 'acquitted', 'lapsed', 'surplus', 'other'] } },
  },
  AssetConfiscated: {
    needs: ['assetId', 'effectiveOn'],
    may: ['orderId', 'shareBp', 'jurisdiction', 'power', 'final', 'opening'],
  },
  AssetDisposed: {
    needs: ['assetId', 'effectiveOn', 'outcome'],
    may: ['shareBp', 'proceeds', 'beneficiary'],
    is: { outcome: { enum: disposals } },
  },
};

const ajv = new Ajv({ strict: false, formats: { id: isId, day: isDay, country: isCountry, region: isRegion } });

const validators = new Map<string, ValidateFunction>();
const singles = new Map<string, ValidateFunction>();

const propertiesOf = (type: Told | 'CaseOpened'): Record<string, object> => {
  const { needs: must, may = [], is = {} } = needs[type] as Need<CaseEvent['type']>;
  const special = is as Record<string, object>;
  return Object.fromEntries([...must, ...may].map((name) => [name, special[name] ?? schemaOf(name)]));
};

export const isTold = (type: string): type is Told => type in needs && type !== 'CaseOpened';

/** Fields an event needs, and those it knows at all. */
export const namesOf = (type: Told | 'CaseOpened'): { needed: readonly string[]; known: readonly string[] } => ({
  needed: needs[type].needs,
  known: Object.keys(propertiesOf(type)),
});

const compile = (cache: Map<string, ValidateFunction>, key: string, schema: () => object): ValidateFunction => {
  const validate = cache.get(key) ?? ajv.compile(schema());
  cache.set(key, validate);
  return validate;
};

const sayOf = (validate: ValidateFunction): string => {
  const [error] = validate.errors ?? [];
  const { allowedValues, format } = (error?.params ?? {}) as { allowedValues?: string[]; format?: string };
  if (allowedValues) return `must be one of ${allowedValues.join(', ')}`;
  return format ? `must be a ${format}` : (error?.message ?? 'is wrong');
};

/** What is wrong with one value of an event that a mapping gives as a constant; nothing when it may stand. */
export const wrongValue = (type: Told | 'CaseOpened', name: string, value: unknown): string | undefined => {
  const validate = compile(singles, `${type}/${name}`, () => propertiesOf(type)[name] ?? {});
  return validate(value) ? undefined : sayOf(validate);
};

/** The first field that is missing or wrong in what a row says for an event; nothing when all may stand. */
export const wrongField = (type: Told | 'CaseOpened', data: object): { name: string; say: string } | undefined => {
  const validate = compile(validators, type, () => ({
    type: 'object',
    required: needs[type].needs,
    properties: propertiesOf(type),
  }));
  if (validate(data)) return undefined;
  const [error] = validate.errors ?? [];
  const missing = (error?.params as { missingProperty?: string } | undefined)?.missingProperty;
  const name = missing && !error?.instancePath ? missing : (error?.instancePath.split('/')[1] ?? '');
  return { name, say: missing ? `${missing} is missing` : `${name} ${sayOf(validate)}` };
};

import type { SchemaObject } from '@nestjs/swagger';

import type {
  AssetFile,
  AssetView,
  CaseView,
  NetworkView,
  OperationView,
  OrderFallingDue,
  OrderFile,
  OrderView,
  SharedProceeds,
  TimelineEntry,
} from '#read-models';

import {
  amount,
  anything,
  count,
  day,
  type Fields,
  flag,
  id,
  list,
  maybe,
  moment,
  oneOf,
  text,
  view,
} from './view-schemas.js';

/** A view, or the little that is told of one that rests on what may not be passed on. */
export const orSealed = (open: SchemaObject, told: Readonly<Record<string, SchemaObject>>): SchemaObject => ({
  oneOf: [
    open,
    {
      type: 'object',
      required: [...Object.keys(told), 'sealed'],
      properties: { ...told, sealed: { type: 'boolean', enum: [true] } },
      additionalProperties: false,
    },
  ],
});

const openCase = view<CaseView>({
  caseId: id,
  reference: text,
  title: text,
  authority: text,
  jurisdiction: text,
  openedOn: day,
  status: oneOf('open', 'closed'),
  revision: count,
  position: count,
  assets: count,
  attributions: list(
    view<CaseView['attributions'][number]>({
      eventId: id,
      on: day,
      networks: list(
        view<CaseView['attributions'][number]['networks'][number]>({
          networkId: id,
          weightBp: count,
          confidence: text,
        }),
      ),
    }),
  ),
  operations: list(view<CaseView['operations'][number]>({ eventId: id, operationId: id, effectiveOn: day })),
  jurisdictions: list(
    view<CaseView['jurisdictions'][number]>({ eventId: id, jurisdiction: text, role: text, joinedOn: day }),
  ),
  team: list(id),
  shares: list(anything),
  consents: list(anything),
  namesakes: maybe(
    list(
      view<NonNullable<CaseView['namesakes']>[number]>({ kind: oneOf('asset', 'order'), eventId: id, told: id, id }),
    ),
  ),
  closedOn: maybe(day),
  closedBecause: maybe(text),
});
export const aCase = orSealed(openCase, { caseId: id, revision: count, position: count });

const openEntry = view<TimelineEntry>({
  eventId: id,
  revision: count,
  position: count,
  type: text,
  data: anything,
  recordedAt: moment,
  actor: anything,
  source: maybe(anything),
  marks: maybe(anything),
  approvedBy: maybe(anything),
  correctedBy: maybe(id),
  voidedBy: maybe(id),
});
export const entry = orSealed(openEntry, { eventId: id, revision: count, position: count, recordedAt: moment });

const orderFields: Fields<OrderView> = {
  orderId: id,
  caseId: id,
  kind: text,
  status: text,
  issued: maybe(anything),
  entries: list({
    type: 'object',
    required: ['eventId', 'type', 'data'],
    properties: { eventId: id, type: text, data: anything },
  }),
  measures: list(view<OrderView['measures'][number]>({ assetId: id, eventId: id, type: text })),
};
export const order = orSealed(view<OrderView>(orderFields), { orderId: id, caseId: id });

const proceeds = view<SharedProceeds>({
  executing: text,
  obtained: amount,
  transferred: maybe(amount),
  kept: maybe(amount),
  unvalued: count,
  sealed: count,
});
export const orderFile = orSealed(view<OrderFile>({ ...orderFields, sharedProceeds: maybe(list(proceeds)) }), {
  orderId: id,
  caseId: id,
});

export const orderDue = view<OrderFallingDue>({
  orderId: id,
  caseId: id,
  kind: text,
  status: text,
  dueOn: day,
  reference: text,
  authority: text,
  jurisdiction: text,
});

const identifier = view<AssetView['identifiers'][number]>({
  kind: text,
  raw: text,
  normalised: text,
  check: oneOf('passed', 'mismatch', 'none'),
  country: maybe(text),
});

const assetFields: Fields<AssetView> = {
  assetId: id,
  caseId: id,
  category: text,
  description: text,
  jurisdiction: text,
  region: maybe(text),
  district: maybe(text),
  locality: maybe(text),
  identifiers: list(identifier),
  identifiedOn: day,
  quantity: maybe(view<NonNullable<AssetView['quantity']>>({ units: text, unit: text })),
  note: maybe(text),
  stage: text,
  opening: flag,
  value: maybe(view<NonNullable<AssetView['value']>>({ amount, currency: text, eur: maybe(amount) })),
  traced: list(
    view<AssetView['traced'][number] & { readonly assetId?: string }>({
      eventId: id,
      assetId: maybe(id),
      tracedOn: day,
      subject: text,
      role: text,
      evidence: text,
      evaluation: maybe(text),
    }),
  ),
  bars: list(
    view<AssetView['bars'][number]>({
      ground: text,
      reference: text,
      barredOn: day,
      liftedOn: maybe(day),
      outcome: maybe(text),
    }),
  ),
  convertedFrom: maybe(id),
  convertedInto: maybe(id),
  duplicateOf: maybe(id),
};

export const assetRow = orSealed(view<AssetView>(assetFields), { assetId: id, caseId: id });

const openAsset = view<AssetFile>({
  ...assetFields,
  holdings: list(
    view<AssetFile['holdings'][number]>({
      place: text,
      network: maybe(text),
      amount: maybe(amount),
      currency: maybe(text),
      eur: maybe(amount),
    }),
  ),
  values: list(
    view<AssetFile['values'][number]>({
      stage: text,
      on: day,
      amount: maybe(amount),
      currency: maybe(text),
      eur: maybe(amount),
    }),
  ),
  orders: list(id),
});
export const asset = orSealed(openAsset, { assetId: id, caseId: id });

export const network = view<NetworkView>({
  networkId: id,
  revision: count,
  name: text,
  aliases: list(text),
  formerNames: list(text),
  priority: { type: ['string', 'null'] } as unknown as SchemaObject,
  registeredOn: day,
  note: maybe(text),
  mergedInto: maybe(id),
  mergedOn: maybe(day),
  mergedAt: maybe(count),
});

export const operation = view<OperationView>({
  operationId: id,
  revision: count,
  name: text,
  frame: text,
  leader: text,
  startsOn: day,
  endsOn: maybe(day),
  cycle: maybe(text),
  priority: maybe(text),
  oap: maybe(text),
  oa: maybe(text),
  participants: list(
    view<OperationView['participants'][number]>({ participant: text, joinedOn: day, leftOn: maybe(day) }),
  ),
});

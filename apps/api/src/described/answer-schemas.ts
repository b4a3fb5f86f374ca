import type { SchemaObject } from '@nestjs/swagger';

import type { Bridge, EditionView, Figure, FigureEntries, FigureEntry, Figures, NetworkMerger, QuarterView, ScopeTold } from '#read-models'; // prettier-ignore
import type { JobTold, Kept } from '#runtime';

import { accessAnswers } from './access-schemas.js';
import type { ExportTold } from '../exports.controller.js';
import type { FiguresTold } from '../figures.controller.js';
import type { ImportTold } from '../imports.controller.js';
import type { ClosedTold } from '../quarters.controller.js';
import type { RateView } from '../rates.controller.js';
import type { RebuildTold } from '../rebuilds.controller.js';
import { aCase, asset, assetRow, entry, network, operation, order, orderDue, orderFile } from './register-schemas.js';
import {
  all,
  amount,
  anything,
  count,
  counts,
  day,
  type Fields,
  flag,
  id,
  list,
  type Maybe,
  maybe,
  moment,
  oneOf,
  page,
  text,
  view,
  whole,
} from './view-schemas.js';

/** A value of a figure: absent where it is withheld. */
const told = (schema: SchemaObject): Maybe =>
  maybe({ ...schema, description: 'Absent where nothing of the figure may be told: unknown, not none.' });

const figure = view<Figure>({
  definition: text,
  group: { type: 'object', additionalProperties: text },
  orders: maybe({ ...whole, description: 'All that a figure of orders tells: how many. They have no value.' }),
  assets: told(whole),
  valued: told(whole),
  unvalued: told(whole),
  unconverted: told(whole),
  incomplete: told({
    ...flag,
    description: 'A share of some asset has no euro value yet: `eur` is less than all of it.',
  }),
  opening: told(whole),
  eur: told(amount),
  amounts: told(list(view<NonNullable<Figure['amounts']>[number]>({ currency: text, amount }))),
  withheld: maybe({
    ...flag,
    description: 'Something that may belong to it is left out; without values, all of it is.',
  }),
  groupWithheld: maybe(list(text)),
});

const scope = view<ScopeTold>({
  cases: oneOf('all', 'counted'),
  counted: maybe(count),
  open: maybe(count),
  closed: maybe({ oneOf: [count, oneOf('few')] }),
  withheld: flag,
  words: text,
});

const sign = maybe({
  type: 'integer',
  enum: [1, -1],
  description:
    'In the sum that closes, where all of it is told: figures with a sign, each taken by it, add up to nothing, in totals and by network, ' +
    'jurisdiction, region and category. By power or stage they do not: value goes from one to another.',
});

const tells = maybe({
  ...oneOf('orders'),
  description: 'What it counts, unless it is assets and what they are worth.',
});

const figuresFields: Fields<Figures> = {
  period: view<Figures['period']>({ first: text, last: text }),
  asOf: count,
  by: list(text),
  scope,
  currencyPolicy: text,
  definitions: list(view<Figures['definitions'][number]>({ id: text, title: text, sign, tells })),
  rows: list(figure),
  totals: list(figure),
};
const figures = view<Figures>(figuresFields);
const figuresTold = view<FiguresTold>({
  ...figuresFields,
  definitions: list(
    view<FiguresTold['definitions'][number]>({
      id: text,
      title: text,
      sign,
      tells,
      entries: { ...text, description: 'Where to read the events behind this answer.' },
    }),
  ),
});

const figureEntry = view<FigureEntry>({
  position: count,
  eventId: id,
  assetId: id,
  caseId: id,
  effectiveOn: day,
  from: text,
  to: text,
  network: text,
  jurisdiction: text,
  amount: maybe(amount),
  currency: maybe(text),
  eur: maybe(amount),
  rate: maybe(view<NonNullable<FigureEntry['rate']>>({ rate: amount, on: day, source: text })),
  shareBp: whole,
  assets: maybe(whole),
  orders: maybe(whole),
  reason: text,
});

const edition = view<EditionView>({
  quarter: text,
  edition: count,
  position: count,
  previous: maybe(count),
  eventId: id,
  recordedAt: moment,
});

const bridge = view<Bridge & { readonly edition: EditionView }>({
  edition,
  definition: text,
  from: figure,
  to: figure,
  difference: view<Bridge['difference']>({ assets: maybe(whole), eur: maybe(amount), orders: maybe(whole) }),
  mergers: list(view<NetworkMerger>({ networkId: id, into: id, position: count })),
  items: list(figureEntry),
  next: maybe(text),
  asOf: count,
  scope,
});

const closed = view<ClosedTold>({
  quarter: text,
  edition: count,
  position: count,
  previous: maybe(count),
  eventIds: list(id),
  recordedPosition: count,
});

const job = view<JobTold>({
  state: text,
  attempts: count,
  progress: maybe(view<NonNullable<JobTold['progress']>>({ done: count, total: count })),
  failure: maybe(text),
});

const anExport = view<ExportTold>({
  exportId: id,
  state: oneOf('owed', 'written', 'refused'),
  asked: view<ExportTold['asked']>({
    exportId: id,
    period: text,
    by: list(text),
    definitions: list(text),
    format: oneOf('csv', 'json'),
    askedBy: maybe(id),
    asOf: count,
  }),
  file: maybe(text),
  refused: maybe(text),
  job: maybe(job),
});

const rebuild = view<RebuildTold>({
  rebuildId: id,
  state: oneOf('owed', 'concluded'),
  accept: flag,
  concluded: maybe(
    view<NonNullable<RebuildTold['concluded']>>({
      rebuildId: id,
      position: count,
      rows: count,
      differences: count,
      switched: flag,
    }),
  ),
  job: maybe(job),
});

const anImport = view<ImportTold>({
  importId: id,
  state: oneOf('owed', 'concluded', 'refused'),
  asked: view<ImportTold['asked']>({
    importId: id,
    file: text,
    mapping: text,
    name: text,
    by: anything,
    askedBy: maybe(id),
    scopes: maybe(list(text)),
    approved: maybe(anything),
  }),
  concluded: maybe(
    view<NonNullable<ImportTold['concluded']>>({
      importId: id,
      rows: count,
      taken: count,
      questioned: count,
      questionsByCode: counts,
      assets: count,
    }),
  ),
  refused: maybe(
    view<NonNullable<ImportTold['refused']>>({
      importId: id,
      code: text,
      line: maybe(count),
      column: maybe({ oneOf: [count, text] }),
    }),
  ),
  toDo: maybe(text),
  questions: maybe(text),
  job: maybe(job),
});

const health: SchemaObject = {
  type: 'object',
  required: ['status'],
  properties: { status: oneOf('live', 'ready', 'stopping', 'stopped') },
  additionalProperties: true,
};

/** What an answer holds, by the id of its operation. Receipts of what is recorded are not here: they are all alike. */
export const answers: Readonly<Record<string, SchemaObject>> = {
  listCases: page(aCase),
  getCase: aCase,
  getTimeline: page(entry),
  listOrders: page(order),
  listOrdersFallingDue: page(orderDue),
  getOrder: orderFile,
  listAssets: page(assetRow),
  getAsset: asset,
  getAssetHistory: page(entry),
  listNetworks: page(network),
  getNetwork: network,
  listOperations: page(operation),
  getOperation: operation,
  getFigures: figuresTold,
  getFigureEntries: view<FigureEntries>({ items: list(figureEntry), next: maybe(text), asOf: count, scope }),
  listQuarters: all(view<QuarterView>({ quarter: text, editions: list(edition) })),
  closeQuarter: closed,
  listEditions: all(edition),
  getBridge: bridge,
  askForFigures: anExport,
  getExport: anExport,
  askForRebuild: rebuild,
  getRebuild: rebuild,
  askForImport: anImport,
  getImport: anImport,
  uploadFile: view<Kept>({ sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' }, bytes: count }),
  getRate: view<RateView>({ currency: text, day, perEuro: amount, rateOn: day, source: text }),
  ...accessAnswers,
  isLive: health,
  isReady: health,
};

const file: SchemaObject = { type: 'string', format: 'binary' };

/** Answers that are files, by the id of their operation: what they may be. */
export const files: Readonly<Record<string, Readonly<Record<string, SchemaObject>>>> = {
  getExportFile: { 'text/csv': file, 'application/json': figures },
  getImportQuestions: { 'text/csv': file },
};

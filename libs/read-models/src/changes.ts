import type { AssetId, CaseId } from '#core';
import { type Change, copyLine } from '#event-store';
import { type Posting, writeFacts } from '#ledger';

import {
  accountOf,
  type AssetEntry,
  type CaseEntry,
  dueOn,
  type Entered,
  type OrderEntry,
  orderStatus,
  stageOf,
  weightsOf,
} from './entries.js';
import { NotThere } from './memory.js';
import { addTo, cellKey, cellText, emptyCell, type KeptCell, type KeptCells, sumsOf } from './kept-cells.js';
import { addingLines, addingRows, removingRows, type Row } from './rows.js';
import { type Measure, removingParts, revoking, type Served, serving, settingCells } from './writes.js';

/** All that a batch of events changes, gathered in memory and written in one transaction with the checkpoint. */
export class Changes {
  readonly cases = new Map<CaseId, CaseEntry>();
  readonly assets = new Map<AssetId, AssetEntry>();
  /** Assets of which facts were changed that are stored already; of the others, facts were only added. */
  readonly rewritten = new Set<AssetId>();
  readonly orders = new Map<string, OrderEntry>();
  /** Those of the orders that stand in no rows yet. */
  readonly newOrders = new Set<string>();
  readonly networks = new Map<string, Row>();
  readonly operations = new Map<string, Row>();
  readonly proposals = new Map<string, Row>();
  readonly people = new Map<string, Row>();
  readonly glass: Row[] = [];
  readonly sealed: Row[] = [];
  /** Of what took the place of assets: those assets. */
  readonly origins = new Map<AssetId, readonly AssetId[]>();
  readonly identifiers = new Map<AssetId, CaseId>();
  readonly #measures = new Map<string, Measure>();
  readonly #revoked: string[] = [];
  readonly editions: Row[] = [];
  readonly rates: Row[] = [];
  readonly waiting: Row[] = [];
  readonly served: Served[] = [];
  readonly links = new Set<CaseId>();
  readonly #postings: string[] = [];
  readonly #moved = new Set<KeptCell>();
  readonly #newCells = new Map<KeptCell, Row>();

  /** @param after the position up to which the rows go: what was first told later stands in none, and need not be removed. */
  constructor(
    readonly cells: KeptCells,
    private readonly after: number,
  ) {}

  #stands(entry: CaseEntry | AssetEntry | undefined): boolean {
    return !entry || entry.firstPosition <= this.after;
  }

  /** Those of the cases or assets that stand in the rows. */
  #standing<Id extends CaseId | AssetId>(ids: Iterable<Id>, entries: Map<Id, CaseEntry | AssetEntry>): Id[] {
    return [...ids].filter((id) => this.#stands(entries.get(id)));
  }

  /** How many assets and postings it has come to. */
  get count(): number {
    return this.assets.size + this.#postings.length;
  }

  get measures(): readonly Measure[] {
    return [...this.#measures.values()];
  }

  /** A measure under an order. One that was corrected to stand under another is revoked first. */
  addMeasure(measure: Omit<Measure, 'standing'>): void {
    this.#measures.set(`${measure.orderId}/${measure.assetId}/${measure.eventId}`, { ...measure, standing: true });
  }

  /** The entry was voided or corrected: what it measured does not stand. It is kept, for what followed from it. */
  revokeMeasures(eventId: string): void {
    this.#revoked.push(eventId);
    for (const measure of this.#measures.values()) if (measure.eventId === eventId) measure.standing = false;
  }

  /** Adds a posting to its cell. With it stands what the cell then holds: the cell as it was known at any position is one row. */
  enter({ position, n, assetId, posting }: Entered): void {
    const cell = this.#cell(posting);
    addTo(cell, posting);
    this.#moved.add(cell);
    const row: Row = [
      position, n, cell.id, assetId, posting.eventId, posting.effectiveOn, posting.amount.toString(), posting.eur.toString(),
      posting.counted, posting.arrived, posting.departed, posting.shareBp, posting.rate, posting.rateOn, posting.rateSource,
      cell.amount.toString(), cell.eur.toString(), cell.counted, cell.arrived, cell.departed, cell.share,
    ]; // prettier-ignore
    this.#postings.push(copyLine(row));
  }

  /** The cells that were not there before, each with its key. */
  get newCells(): readonly [KeptCell, Row][] {
    return [...this.#newCells];
  }

  #cell(posting: Posting): KeptCell {
    const text = cellText(posting);
    const known = this.cells.get(text);
    if (known) return known;
    const cell = emptyCell(this.cells.size + 1);
    this.cells.set(text, cell);
    this.#newCells.set(cell, [cell.id, ...cellKey(posting)]);
    return cell;
  }

  /** Makes the rows now, so that memory may go on to the next batch; those of the cells only unless they come later. */
  prepare(schema: string, cellsLater = false): Change[] {
    return [...this.#caseWrites(schema), ...this.#assetWrites(schema), ...this.#registerWrites(schema), ...this.#figureWrites(schema, cellsLater)].flat(); // prettier-ignore
  }

  #caseWrites(schema: string): Change[][] {
    const linked = [...this.links].map((id) => this.cases.get(id)).filter((entry) => entry !== undefined);
    const pairs = (of: (entry: CaseEntry) => string[]): Row[] =>
      linked.flatMap((entry) => [...new Set(of(entry))].map((id) => [entry.caseId, id]));
    const networksOf = ({ detail }: CaseEntry): string[] =>
      detail.attributions.flatMap(({ networks }) => networks.map(({ networkId }) => networkId));
    const operationsOf = ({ detail }: CaseEntry): string[] => detail.operations.map(({ operationId }) => operationId);
    const links = this.#standing(this.links, this.cases);
    return [
      removingRows(schema, 'cases', 'case_id', this.#standing(this.cases.keys(), this.cases)),
      addingRows(schema, 'cases', [...this.cases.values()].map(caseRow)),
      removingRows(schema, 'case_networks', 'case_id', links),
      removingRows(schema, 'case_operations', 'case_id', links),
      removingRows(schema, 'case_team', 'case_id', links),
      removingRows(schema, 'case_shares', 'case_id', links),
      removingRows(schema, 'case_consents', 'case_id', links),
      addingRows(schema, 'case_networks', pairs(networksOf)),
      addingRows(schema, 'case_operations', pairs(operationsOf)),
      addingRows(
        schema,
        'case_team',
        pairs(({ detail }) => detail.team),
      ),
      addingRows(schema, 'case_shares', linked.flatMap(shareRows)),
      addingRows(schema, 'case_consents', linked.flatMap(consentRows)),
      addingRows(schema, 'sealed', this.sealed),
    ];
  }

  #assetWrites(schema: string): Change[][] {
    const entries = [...this.assets.values()];
    const parts: Row[] = [];
    const outdated: [assetId: string, part: number][] = [];
    for (const entry of entries) {
      const from = this.rewritten.has(entry.assetId) ? 0 : entry.stored - (entry.stored % PART);
      if (from < entry.stored && !this.rewritten.has(entry.assetId)) outdated.push([entry.assetId, from / PART]);
      parts.push(...factParts(entry, from));
      entry.stored = entry.facts.length;
    }
    return [
      removingRows(schema, 'assets', 'asset_id', this.#standing(this.assets.keys(), this.assets)),
      addingRows(schema, 'assets', entries.map((entry) => assetRow(entry, this.#caseOf(entry)))),
      removingRows(schema, 'facts', 'asset_id', this.#standing(this.rewritten, this.assets)),
      removingParts(schema, outdated),
      addingRows(schema, 'facts', parts),
      removingRows(schema, 'asset_identifiers', 'asset_id', this.#standing(this.identifiers.keys(), this.assets)),
      addingRows(schema, 'asset_identifiers', this.#identifierRows()),
      removingRows(schema, 'asset_origins', 'asset_id', [...this.origins.keys()]),
      addingRows(schema, 'asset_origins', [...this.origins].flatMap(([id, origins]) => origins.map((origin) => [id, origin]))),
    ]; // prettier-ignore
  }

  #identifierRows(): Row[] {
    const rows = new Map<string, Row>();
    for (const assetId of this.identifiers.keys()) {
      const detail = this.assets.get(assetId)?.detail;
      if (!detail || detail.voided) continue;
      for (const { kind, normalised } of detail.identified.identifiers)
        rows.set(`${kind}/${normalised}/${assetId}`, [kind, normalised, assetId]);
    }
    return [...rows.values()];
  }

  #caseOf(entry: AssetEntry): CaseEntry {
    const found = this.cases.get(entry.caseId);
    if (!found) throw new NotThere(`asset ${entry.assetId} changed without its case`);
    return found;
  }

  #registerWrites(schema: string): Change[][] {
    const measures = this.measures.map((one): Row => [one.orderId, one.assetId, one.eventId, one.type, one.standing]);
    return [
      removingRows(
        schema,
        'orders',
        'order_id',
        [...this.orders.keys()].filter((id) => !this.newOrders.has(id)),
      ),
      addingRows(schema, 'orders', [...this.orders.values()].map(orderRow)),
      revoking(schema, this.#revoked, this.measures),
      addingRows(schema, 'measures', measures),
      removingRows(schema, 'networks', 'network_id', [...this.networks.keys()]),
      addingRows(schema, 'networks', [...this.networks.values()]),
      removingRows(schema, 'operations', 'operation_id', [...this.operations.keys()]),
      addingRows(schema, 'operations', [...this.operations.values()]),
      removingRows(schema, 'proposals', 'proposal_id', [...this.proposals.keys()]),
      addingRows(schema, 'proposals', [...this.proposals.values()]),
      removingRows(schema, 'people', 'person_id', [...this.people.keys()]),
      addingRows(schema, 'people', [...this.people.values()]),
      addingRows(schema, 'glass', this.glass),
      addingRows(schema, 'editions', this.editions),
      addingRows(schema, 'rates', this.rates),
      addingRows(schema, 'waiting', this.waiting),
      serving(schema, this.served),
    ];
  }

  #figureWrites(schema: string, cellsLater: boolean): Change[][] {
    if (cellsLater) return [addingLines(schema, 'postings', this.#postings)];
    const made = this.newCells.map(([cell, key]): Row => [...key, ...sumsOf(cell)]);
    const moved = [...this.#moved].filter((cell) => !this.#newCells.has(cell));
    return [
      addingLines(schema, 'postings', this.#postings),
      addingRows(schema, 'cells', made),
      settingCells(
        schema,
        moved.map((cell) => [cell.id, ...sumsOf(cell)]),
      ),
    ];
  }
}

const shareRows = ({ caseId, detail }: CaseEntry): Row[] =>
  detail.shares.map(({ shareId, jurisdiction, extent, expiresOn }) => [
    caseId,
    shareId,
    jurisdiction,
    extent,
    expiresOn ?? null,
  ]);

/** To which jurisdictions what is marked H2 may be passed on, as who said so: to all of them is an empty text. */
const consentRows = ({ caseId, detail }: CaseEntry): Row[] => {
  const passingOn = detail.consents.filter(({ purpose }) => purpose === 'passing-on');
  const rows = passingOn.map(({ eventId, provider, jurisdiction = '' }): Row => [
    caseId,
    eventId,
    jurisdiction,
    provider,
  ]);
  return [...new Map(rows.map((row) => [row.join('/'), row])).values()];
};

/** How many facts stand in one row: what a new fact costs does not grow with those before it. */
const PART = 32;

const factParts = ({ assetId, facts }: AssetEntry, start: number): Row[] => {
  const rows: Row[] = [];
  for (let from = start; from < facts.length; from += PART)
    rows.push([assetId, from / PART, writeFacts(facts.slice(from, from + PART))]);
  return rows;
};

export const caseRow = ({ caseId, opened, status, revision, firstPosition, position, detail }: CaseEntry): Row => [
  caseId, opened.reference, opened.title, opened.authority, opened.jurisdiction, status, opened.openedOn, revision, firstPosition,
  position, JSON.stringify(detail),
]; // prettier-ignore

export const assetRow = (entry: AssetEntry, inCase: CaseEntry): Row => {
  const { detail } = entry;
  const account = accountOf(entry, weightsOf(inCase.detail));
  const value = account.value;
  const state = value ? (value.conversion ? 'valued' : 'unconverted') : 'unvalued';
  const [jurisdiction, region, district] = placeOf(entry);
  return [
    entry.assetId, entry.caseId, inCase.opened.jurisdiction, detail.identified.category, jurisdiction, region, district,
    detail.voided ? 'voided' : detail.duplicateOf ? 'duplicate' : stageOf(account.lots), state, value?.currency ?? '',
    (value?.amount ?? 0n).toString(), (value?.conversion?.eur ?? 0n).toString(), detail.identified.opening ?? false,
    entry.firstPosition, entry.position, JSON.stringify(detail),
  ]; // prettier-ignore
};

const placeOf = ({ facts, detail }: AssetEntry): [jurisdiction: string, region: string, district: string] => {
  const last = facts.filter((fact) => fact.kind === 'relocated' || fact.kind === 'inherited').at(-1);
  const { jurisdiction, region = '', district = '' } = detail.identified;
  const place = last?.kind === 'inherited' ? last.inheritance : last;
  return !place || (place.jurisdiction === jurisdiction && place.region === region)
    ? [jurisdiction, region, district]
    : [place.jurisdiction, place.region, ''];
};

export const orderRow = ({ orderId, caseId, position, executed, entries }: OrderEntry): Row => {
  const issued = entries.find(({ type }) => type === 'OrderIssued');
  const kind = issued?.type === 'OrderIssued' ? issued.data.kind : '';
  const status = issued ? orderStatus(entries) : 'voided';
  return [
    orderId,
    caseId,
    kind,
    status,
    dueOn(entries) ?? null,
    position,
    JSON.stringify(executed),
    JSON.stringify(entries),
  ];
};

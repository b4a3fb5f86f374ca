import type { AssetId, CaseId, OrderId } from '#core';
import type { Sql } from '#event-store';
import { type Posting, writeFacts } from '#ledger';
import { quarterOf } from '#core';

import {
  accountOf,
  type AssetEntry,
  type CaseEntry,
  type Entered,
  type OrderEntry,
  orderStatus,
  stageOf,
  weightsOf,
} from './entries.js';
import { replacing, writeRows } from './rows.js';

type Sums = [amount: bigint, eur: bigint, counted: number, arrived: number, departed: number, postings: number];
type Row = (string | number | boolean | null)[];

/** All that a batch of events changes, gathered in memory and written in one transaction with the checkpoint. */
export class Changes {
  readonly cases = new Map<CaseId, CaseEntry>();
  readonly assets = new Map<AssetId, AssetEntry>();
  readonly orders = new Map<string, OrderEntry>();
  readonly networks = new Map<string, Row>();
  readonly operations = new Map<string, Row>();
  readonly identifiers = new Map<AssetId, CaseId>();
  readonly measures: { orderId: OrderId; assetId: AssetId; eventId: string; type: string }[] = [];
  readonly rates: Row[] = [];
  readonly waiting: Row[] = [];
  readonly served: Row[] = [];
  readonly links = new Set<CaseId>();
  readonly #postings: Row[] = [];
  readonly #cells = new Map<number, Sums>();
  readonly #newCells: Row[] = [];

  constructor(readonly cellIds: Map<string, number>) {}

  enter({ position, n, assetId, posting }: Entered): void {
    const id = this.#cell(posting);
    const sums = this.#cells.get(id);
    if (sums) {
      sums[0] += posting.amount;
      sums[1] += posting.eur;
      sums[2] += posting.counted;
      sums[3] += posting.arrived;
      sums[4] += posting.departed;
      sums[5] += 1;
    } else {
      this.#cells.set(id, [posting.amount, posting.eur, posting.counted, posting.arrived, posting.departed, 1]);
    }
    this.#postings.push([
      position, n, id, assetId, posting.eventId, posting.effectiveOn, posting.amount.toString(), posting.eur.toString(),
      posting.counted, posting.arrived, posting.departed, posting.shareBp, posting.rate, posting.rateOn, posting.rateSource, posting.reason,
    ]); // prettier-ignore
  }

  #cell(p: Posting): number {
    const key: Row = [
      quarterOf(p.effectiveOn), p.network, p.jurisdiction, p.region, p.category, p.fromPower, p.power, p.currency, p.state, p.opening,
      p.fromOpening, p.from, p.to,
    ]; // prettier-ignore
    const text = key.join('|');
    const known = this.cellIds.get(text);
    if (known !== undefined) return known;
    const id = this.cellIds.size + 1;
    this.cellIds.set(text, id);
    this.#newCells.push([id, ...key, '0', '0', 0, 0, 0, 0]);
    return id;
  }

  async write(sql: Sql, schema: string): Promise<void> {
    await this.#writeCases(sql, schema);
    await this.#writeAssets(sql, schema);
    await writeRows(sql, schema, 'orders', [...this.orders.values()].map(orderRow), replacing('orders', 'order_id'));
    const measures = this.measures.map(({ orderId, assetId, eventId, type }) => [orderId, assetId, eventId, type]);
    await writeRows(sql, schema, 'measures', measures, 'on conflict do nothing');
    await writeRows(sql, schema, 'networks', [...this.networks.values()], replacing('networks', 'network_id'));
    await writeRows(sql, schema, 'operations', [...this.operations.values()], replacing('operations', 'operation_id'));
    await writeRows(sql, schema, 'rates', this.rates);
    await writeRows(sql, schema, 'waiting', this.waiting, 'on conflict do nothing');
    for (const values of this.served) {
      await sql.query(`delete from ${schema}.waiting where asset_id = $1 and currency = $2 and valued_on = $3`, values);
    }
    await writeRows(sql, schema, 'postings', this.#postings);
    await writeRows(sql, schema, 'cells', this.#newCells);
    await this.#addToCells(sql, schema);
  }

  async #writeCases(sql: Sql, schema: string): Promise<void> {
    const rows = [...this.cases.values()].map(caseRow);
    await writeRows(sql, schema, 'cases', rows, replacing('cases', 'case_id'));
    if (this.links.size === 0) return;
    const ids = [...this.links];
    await sql.query(`delete from ${schema}.case_networks where case_id = any($1::uuid[])`, [ids]);
    await sql.query(`delete from ${schema}.case_operations where case_id = any($1::uuid[])`, [ids]);
    const linked = ids.map((id) => this.cases.get(id)).filter((entry) => entry !== undefined);
    const pairs = (of: (entry: CaseEntry) => string[]): Row[] =>
      linked.flatMap((entry) => [...new Set(of(entry))].map((id) => [entry.caseId, id]));
    const networksOf = ({ detail }: CaseEntry): string[] =>
      detail.attributions.flatMap(({ networks }) => networks.map(({ networkId }) => networkId));
    await writeRows(sql, schema, 'case_networks', pairs(networksOf));
    const operationsOf = ({ detail }: CaseEntry): string[] => detail.operations.map(({ operationId }) => operationId);
    await writeRows(sql, schema, 'case_operations', pairs(operationsOf));
  }

  async #writeAssets(sql: Sql, schema: string): Promise<void> {
    const entries = [...this.assets.values()];
    const rows = entries.map((entry) => assetRow(entry, this.#caseOf(entry)));
    await writeRows(sql, schema, 'assets', rows, replacing('assets', 'asset_id'));
    if (this.identifiers.size === 0) return;
    const ids = [...this.identifiers.keys()];
    await sql.query(`delete from ${schema}.asset_identifiers where asset_id = any($1::uuid[])`, [ids]);
    const named = ids.map((id) => this.assets.get(id)).filter((entry) => entry !== undefined);
    const identifiers = named.flatMap(({ assetId, detail }) =>
      detail.voided
        ? []
        : detail.identified.identifiers.map(({ kind, normalised }): Row => [kind, normalised, assetId]),
    );
    await writeRows(sql, schema, 'asset_identifiers', identifiers, 'on conflict do nothing');
  }

  #caseOf(entry: AssetEntry): CaseEntry {
    const found = this.cases.get(entry.caseId);
    if (!found) throw new Error(`asset ${entry.assetId} changed without its case`);
    return found;
  }

  async #addToCells(sql: Sql, schema: string): Promise<void> {
    if (this.#cells.size === 0) return;
    const rows = [...this.#cells];
    const column = (index: number): string[] => rows.map(([, sums]) => String(sums[index]));
    await sql.query(
      `update ${schema}.cells c set amount = c.amount + d.amount, eur = c.eur + d.eur, counted = c.counted + d.counted,
         arrived = c.arrived + d.arrived, departed = c.departed + d.departed, postings = c.postings + d.postings
       from unnest($1::int[], $2::numeric[], $3::numeric[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
         as d(cell_id, amount, eur, counted, arrived, departed, postings)
       where c.cell_id = d.cell_id`,
      [rows.map(([id]) => id), column(0), column(1), column(2), column(3), column(4), column(5)],
    );
  }
}

const caseRow = ({ caseId, opened, status, revision, firstPosition, position, detail }: CaseEntry): Row => [
  caseId, opened.reference, opened.title, opened.authority, opened.jurisdiction, status, opened.openedOn, revision, firstPosition,
  position, JSON.stringify(detail),
]; // prettier-ignore

const assetRow = (entry: AssetEntry, inCase: CaseEntry): Row => {
  const { detail, facts } = entry;
  const account = accountOf(entry, weightsOf(inCase.detail));
  const value = account.value;
  const state = value ? (value.conversion ? 'valued' : 'unconverted') : 'unvalued';
  const [jurisdiction, region] = placeOf(entry);
  return [
    entry.assetId, entry.caseId, detail.identified.category, jurisdiction, region, detail.identified.district ?? '',
    detail.voided ? 'voided' : detail.duplicateOf ? 'duplicate' : stageOf(account.lots), state, value?.currency ?? '',
    (value?.amount ?? 0n).toString(), (value?.conversion?.eur ?? 0n).toString(), detail.identified.opening ?? false,
    entry.firstPosition, entry.position, JSON.stringify(detail), writeFacts(facts),
  ]; // prettier-ignore
};

const placeOf = ({ facts, detail }: AssetEntry): [string, string] => {
  const last = facts.filter((fact) => fact.kind === 'relocated').at(-1);
  return last ? [last.jurisdiction, last.region] : [detail.identified.jurisdiction, detail.identified.region ?? ''];
};

const orderRow = ({ orderId, caseId, position, entries }: OrderEntry): Row => {
  const issued = entries.find(({ type }) => type === 'OrderIssued');
  const kind = issued?.type === 'OrderIssued' ? issued.data.kind : '';
  return [orderId, caseId, kind, issued ? orderStatus(entries) : 'voided', position, JSON.stringify(entries)];
};

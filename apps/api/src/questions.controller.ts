import { Controller, Inject } from '@nestjs/common';

import type { Day } from '#core';
import {
  asset,
  assetHistory,
  assets,
  type AssetView,
  caseFile,
  cases,
  type CaseView,
  order,
  orders,
  type OrderFallingDue,
  ordersFallingDue,
  type OrderFile,
  type OrderView,
  type Page,
  type Sealed,
  type TimelineEntry,
  timeline,
} from '#read-models';

import { Answer, etagOf } from './answer.js';
import { Asking, foundOr404 } from './asking.js';
import { Looking } from './access/looking.js';
import { AssetsQuestion, CasesQuestion, FallingDueQuestion, PastPageQuestion, PastQuestion } from './queries.js';
import type { Reader } from './access/reader.js';
import { Answering, Asks, By, Path, type PathIds } from './told.js';

/** The registers of cases, assets and orders. Each look is recorded before it is answered. */
@Controller('v1')
export class QuestionsController {
  constructor(
    @Inject(Asking) private readonly asking: Asking,
    @Inject(Looking) private readonly looking: Looking,
  ) {}

  @Answering('cases', 'listCases', 'consult', 'Cases, in the order in which they were opened', CasesQuestion)
  async cases(@Asks(CasesQuestion) query: CasesQuestion, @By() reader: Reader): Promise<Page<CaseView | Sealed>> {
    const asked = { ...this.asking.page(query), ...(await this.asking.asOf(query)) };
    const page = await cases(await this.asking.readyFor(query, reader), reader.scope, query, asked);
    return this.#over(reader, page);
  }

  @Answering('cases/:caseId', 'getCase', 'consult', 'A case', PastQuestion, true)
  async case(
    @Path() { caseId = '' }: PathIds,
    @Asks(PastQuestion) query: PastQuestion,
    @By() reader: Reader,
  ): Promise<Answer> {
    const { asOf } = await this.asking.asOf(query);
    const view = foundOr404(await caseFile(await this.asking.ready(query), reader.scope, caseId, asOf), 'case');
    await this.looking.into(reader, caseId);
    return new Answer(view, 200, etagOf(view.revision));
  }

  @Answering('cases/:caseId/timeline', 'getTimeline', 'consult', 'The entries of a case, as recorded', PastPageQuestion)
  async timeline(
    @Path() { caseId = '' }: PathIds,
    @Asks(PastPageQuestion) query: PastPageQuestion,
    @By() reader: Reader,
  ): Promise<Page<TimelineEntry | Sealed>> {
    const rm = await this.asking.ready(query);
    const asked = { ...this.asking.page(query), ...(await this.asking.asOf(query)) };
    foundOr404(await caseFile(rm, reader.scope, caseId, asked.asOf), 'case');
    await this.looking.into(reader, caseId);
    return timeline(rm, reader.scope, caseId, asked);
  }

  @Answering('cases/:caseId/orders', 'listOrders', 'consult', 'The orders of a case', PastPageQuestion)
  async orders(
    @Path() { caseId = '' }: PathIds,
    @Asks(PastPageQuestion) query: PastPageQuestion,
    @By() reader: Reader,
  ): Promise<Page<OrderView | Sealed>> {
    const rm = await this.asking.ready(query);
    const asked = { ...this.asking.page(query), ...(await this.asking.asOf(query)) };
    foundOr404(await caseFile(rm, reader.scope, caseId, asked.asOf), 'case');
    await this.looking.into(reader, caseId);
    return orders(rm, reader.scope, caseId, asked);
  }

  @Answering(
    'orders/falling-due',
    'listOrdersFallingDue',
    'consult',
    'Orders in force by their last day',
    FallingDueQuestion,
  )
  async fallingDue(
    @Asks(FallingDueQuestion) query: FallingDueQuestion,
    @By() reader: Reader,
  ): Promise<Page<OrderFallingDue>> {
    const rm = await this.asking.ready(query);
    return this.#over(reader, await ordersFallingDue(rm, reader.scope, query.before as Day, this.asking.page(query)));
  }

  @Answering(
    'orders/:orderId',
    'getOrder',
    'consult',
    'An order, what became of it, and the measures under it',
    PastQuestion,
  )
  async order(
    @Path() { orderId = '' }: PathIds,
    @Asks(PastQuestion) query: PastQuestion,
    @By() reader: Reader,
  ): Promise<OrderFile | Sealed> {
    const { asOf } = await this.asking.asOf(query);
    return this.#into(
      reader,
      foundOr404(await order(await this.asking.ready(query), reader.scope, orderId, asOf), 'order'),
    );
  }

  @Answering('assets', 'listAssets', 'consult-assets', 'The register of assets', AssetsQuestion)
  async assets(@Asks(AssetsQuestion) query: AssetsQuestion, @By() reader: Reader): Promise<Page<AssetView | Sealed>> {
    const page = { ...this.asking.page(query), ...(await this.asking.asOf(query)) };
    const found = await assets(await this.asking.readyFor(query, reader), reader.scope, query, page);
    // What carries one identifier, or belongs to one network, is brought together over cases.
    return this.#over(reader, found, (query.identifier ?? query.network) ? 'combination' : 'consultation');
  }

  @Answering(
    'assets/:assetId',
    'getAsset',
    'consult-assets',
    'An asset: where its shares stand, its values, its orders',
    PastQuestion,
  )
  async asset(
    @Path() { assetId = '' }: PathIds,
    @Asks(PastQuestion) query: PastQuestion,
    @By() reader: Reader,
  ): Promise<AssetView | Sealed> {
    const { asOf } = await this.asking.asOf(query);
    return this.#into(
      reader,
      foundOr404(await asset(await this.asking.ready(query), reader.scope, assetId, asOf), 'asset'),
    );
  }

  @Answering(
    'assets/:assetId/history',
    'getAssetHistory',
    'consult-assets',
    'The entries that speak of an asset',
    PastPageQuestion,
  )
  async history(
    @Path() { assetId = '' }: PathIds,
    @Asks(PastPageQuestion) query: PastPageQuestion,
    @By() reader: Reader,
  ): Promise<Page<TimelineEntry | Sealed>> {
    const rm = await this.asking.ready(query);
    const asked = { ...this.asking.page(query), ...(await this.asking.asOf(query)) };
    const { caseId } = foundOr404(await asset(rm, reader.scope, assetId, asked.asOf), 'asset');
    await this.looking.into(reader, caseId);
    return assetHistory(rm, reader.scope, caseId, assetId, asked);
  }

  async #into<View extends { readonly caseId: string }>(reader: Reader, view: View): Promise<View> {
    await this.looking.into(reader, view.caseId);
    return view;
  }

  async #over<Item extends { readonly caseId: string }>(
    reader: Reader,
    page: Page<Item>,
    kind: 'consultation' | 'combination' = 'consultation',
  ): Promise<Page<Item>> {
    const caseIds = page.items.map(({ caseId }) => caseId);
    await this.looking.over(reader, caseIds, kind);
    return page;
  }
}

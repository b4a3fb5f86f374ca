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
  network,
  networks,
  type NetworkView,
  operation,
  operations,
  type OperationView,
  order,
  orders,
  type OrderFallingDue,
  ordersFallingDue,
  type OrderView,
  type Page,
  type Sealed,
  type TimelineEntry,
  timeline,
} from '#read-models';

import { Answer, etagOf } from './answer.js';
import { Asking, foundOr404 } from './asking.js';
import { AssetsQuestion, CasesQuestion, FallingDueQuestion, PastPageQuestion, PastQuestion } from './queries.js';
import type { Reader } from './reader.js';
import { Answering, Asks, By, Path, type PathIds } from './told.js';

/** The registers: cases, assets, orders, networks, operations. */
@Controller('v1')
export class QuestionsController {
  constructor(@Inject(Asking) private readonly asking: Asking) {}

  @Answering('cases', 'listCases', 'consult', 'Cases, in the order in which they were opened', CasesQuestion)
  async cases(@Asks(CasesQuestion) query: CasesQuestion, @By() { scope }: Reader): Promise<Page<CaseView | Sealed>> {
    return cases(await this.asking.ready(query), scope, query, this.asking.page(query));
  }

  @Answering('cases/:caseId', 'getCase', 'consult', 'A case', PastQuestion, true)
  async case(
    @Path() { caseId = '' }: PathIds,
    @Asks(PastQuestion) query: PastQuestion,
    @By() { scope }: Reader,
  ): Promise<Answer> {
    const { asOf } = await this.asking.asOf(query);
    const view = foundOr404(await caseFile(await this.asking.ready(query), scope, caseId, asOf), 'case');
    return new Answer(view, 200, etagOf(view.revision));
  }

  @Answering('cases/:caseId/timeline', 'getTimeline', 'consult', 'The entries of a case, as recorded', PastPageQuestion)
  async timeline(
    @Path() { caseId = '' }: PathIds,
    @Asks(PastPageQuestion) query: PastPageQuestion,
    @By() { scope }: Reader,
  ): Promise<Page<TimelineEntry | Sealed>> {
    const rm = await this.asking.ready(query);
    const asked = { ...this.asking.page(query), ...(await this.asking.asOf(query)) };
    foundOr404(await caseFile(rm, scope, caseId, asked.asOf), 'case');
    return timeline(rm, scope, caseId, asked);
  }

  @Answering('cases/:caseId/orders', 'listOrders', 'consult', 'The orders of a case', PastQuestion)
  async orders(
    @Path() { caseId = '' }: PathIds,
    @Asks(PastQuestion) query: PastQuestion,
    @By() { scope }: Reader,
  ): Promise<{ items: readonly (OrderView | Sealed)[] }> {
    const rm = await this.asking.ready(query);
    const { asOf } = await this.asking.asOf(query);
    foundOr404(await caseFile(rm, scope, caseId, asOf), 'case');
    return { items: await orders(rm, scope, caseId, asOf) };
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
    @By() { scope }: Reader,
  ): Promise<Page<OrderFallingDue>> {
    return ordersFallingDue(await this.asking.ready(query), scope, query.before as Day, this.asking.page(query));
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
    @By() { scope }: Reader,
  ): Promise<OrderView | Sealed> {
    const { asOf } = await this.asking.asOf(query);
    return foundOr404(await order(await this.asking.ready(query), scope, orderId, asOf), 'order');
  }

  @Answering('assets', 'listAssets', 'consult-assets', 'The register of assets', AssetsQuestion)
  async assets(
    @Asks(AssetsQuestion) query: AssetsQuestion,
    @By() { scope }: Reader,
  ): Promise<Page<AssetView | Sealed>> {
    const page = { ...this.asking.page(query), ...(await this.asking.asOf(query)) };
    return assets(await this.asking.ready(query), scope, query, page);
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
    @By() { scope }: Reader,
  ): Promise<AssetView | Sealed> {
    const { asOf } = await this.asking.asOf(query);
    return foundOr404(await asset(await this.asking.ready(query), scope, assetId, asOf), 'asset');
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
    @By() { scope }: Reader,
  ): Promise<Page<TimelineEntry | Sealed>> {
    const rm = await this.asking.ready(query);
    const asked = { ...this.asking.page(query), ...(await this.asking.asOf(query)) };
    const { caseId } = foundOr404(await asset(rm, scope, assetId, asked.asOf), 'asset');
    return assetHistory(rm, scope, caseId, assetId, asked);
  }

  @Answering('networks', 'listNetworks', 'consult-registers', 'The networks', PastQuestion)
  async networks(@Asks(PastQuestion) query: PastQuestion): Promise<{ items: readonly NetworkView[] }> {
    const { asOf } = await this.asking.asOf(query);
    return { items: await networks(await this.asking.ready(query), asOf) };
  }

  @Answering('networks/:networkId', 'getNetwork', 'consult-registers', 'A network', PastQuestion, true)
  async network(@Path() { networkId = '' }: PathIds, @Asks(PastQuestion) query: PastQuestion): Promise<Answer> {
    const { asOf } = await this.asking.asOf(query);
    const view = foundOr404(await network(await this.asking.ready(query), networkId, asOf), 'network');
    return new Answer(view, 200, etagOf(view.revision));
  }

  @Answering('operations', 'listOperations', 'consult-registers', 'The joint operations', PastQuestion)
  async operations(@Asks(PastQuestion) query: PastQuestion): Promise<{ items: readonly OperationView[] }> {
    const { asOf } = await this.asking.asOf(query);
    return { items: await operations(await this.asking.ready(query), asOf) };
  }

  @Answering('operations/:operationId', 'getOperation', 'consult-registers', 'A joint operation', PastQuestion, true)
  async operation(@Path() { operationId = '' }: PathIds, @Asks(PastQuestion) query: PastQuestion): Promise<Answer> {
    const { asOf } = await this.asking.asOf(query);
    const view = foundOr404(await operation(await this.asking.ready(query), operationId, asOf), 'operation');
    return new Answer(view, 200, etagOf(view.revision));
  }
}

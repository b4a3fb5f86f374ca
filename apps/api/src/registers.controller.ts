import { Controller, Inject } from '@nestjs/common';

import {
  network,
  networks,
  type NetworkView,
  operation,
  operations,
  type OperationView,
  type Page,
} from '#read-models';

import { Answer, etagOf } from './answer.js';
import { Asking, foundOr404 } from './asking.js';
import { PastPageQuestion, PastQuestion } from './queries.js';
import { Answering, Asks, Path, type PathIds } from './told.js';

/** The registers of networks and operations, for whoever may consult them. */
@Controller('v1')
export class RegistersController {
  constructor(@Inject(Asking) private readonly asking: Asking) {}

  @Answering('networks', 'listNetworks', 'consult-registers', 'The networks, by name', PastPageQuestion)
  async networks(@Asks(PastPageQuestion) query: PastPageQuestion): Promise<Page<NetworkView>> {
    const page = { ...this.asking.page(query), ...(await this.asking.asOf(query)) };
    return networks(await this.asking.ready(query), page);
  }

  @Answering('networks/:networkId', 'getNetwork', 'consult-registers', 'A network', PastQuestion, true)
  async network(@Path() { networkId = '' }: PathIds, @Asks(PastQuestion) query: PastQuestion): Promise<Answer> {
    const { asOf } = await this.asking.asOf(query);
    const view = foundOr404(await network(await this.asking.ready(query), networkId, asOf), 'network');
    return new Answer(view, 200, etagOf(view.revision));
  }

  @Answering('operations', 'listOperations', 'consult-registers', 'The joint operations, by name', PastPageQuestion)
  async operations(@Asks(PastPageQuestion) query: PastPageQuestion): Promise<Page<OperationView>> {
    const page = { ...this.asking.page(query), ...(await this.asking.asOf(query)) };
    return operations(await this.asking.ready(query), page);
  }

  @Answering('operations/:operationId', 'getOperation', 'consult-registers', 'A joint operation', PastQuestion, true)
  async operation(@Path() { operationId = '' }: PathIds, @Asks(PastQuestion) query: PastQuestion): Promise<Answer> {
    const { asOf } = await this.asking.asOf(query);
    const view = foundOr404(await operation(await this.asking.ready(query), operationId, asOf), 'operation');
    return new Answer(view, 200, etagOf(view.revision));
  }
}

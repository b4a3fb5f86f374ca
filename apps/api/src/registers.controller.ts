import { Controller, Inject } from '@nestjs/common';

import { network, networks, type NetworkView, operation, operations, type OperationView } from '#read-models';

import { Answer, etagOf } from './answer.js';
import { Asking, foundOr404 } from './asking.js';
import { PastQuestion } from './queries.js';
import { Answering, Asks, Path, type PathIds } from './told.js';

/** The registers of networks and operations, for whoever may consult them. */
@Controller('v1')
export class RegistersController {
  constructor(@Inject(Asking) private readonly asking: Asking) {}

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

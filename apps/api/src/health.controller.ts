import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiResponse } from '@nestjs/swagger';

import type { FastifyReply } from 'fastify';

import { signOf, type Status } from '#read-models';
import { type Health, healthOf, type Operations } from '#runtime';

import { IsFor } from './access/acts.js';
import { Answer } from './answer.js';
import { Asking } from './asking.js';
import { AsksNothing } from './told.js';

/** By which Nest hands over how the process is watched. */
export const OPERATIONS = Symbol('operations');

/** For whoever watches the process. */
@Controller()
export class HealthController {
  readonly #health: Health;

  constructor(
    @Inject(Asking) private readonly asking: Asking,
    @Inject(OPERATIONS) operations: Operations,
  ) {
    const signs = async () => ({ book: await signOf(this.asking.rm) });
    this.#health = healthOf(operations.process, signs, operations);
  }

  @Get('health/live')
  @IsFor('public')
  @AsksNothing
  @ApiOperation({ operationId: 'isLive', summary: 'The process answers' })
  @ApiResponse({ status: 200, description: 'It does.', schema: { type: 'object' } })
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('health/ready')
  @IsFor('public')
  @AsksNothing
  @ApiOperation({ operationId: 'isReady', summary: 'The log answers and the read models follow it' })
  @ApiResponse({ status: 200, description: 'Ready.', schema: { type: 'object' } })
  @ApiResponse({
    status: 503,
    description: 'It stops, or a part of it is wrong; it says why.',
    schema: { type: 'object' },
  })
  async ready(): Promise<Answer<{ readModels?: readonly Status[] }>> {
    const { ready, body } = await this.#health.ready();
    const readModels = await this.asking.rm.status().catch(() => []);
    return new Answer({ ...body, readModels }, ready ? 200 : 503);
  }

  @Get('metrics')
  @IsFor('public')
  @ApiExcludeEndpoint()
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    const { type, text } = await this.#health.metrics();
    await reply.header('content-type', type).send(text);
  }
}

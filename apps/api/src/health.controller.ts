import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';

import type { Status } from '#read-models';

import { Answer } from './answer.js';
import { Asking } from './asking.js';

/** For whoever watches the process. */
@Controller('health')
export class HealthController {
  constructor(@Inject(Asking) private readonly asking: Asking) {}

  @Get('live')
  @ApiOperation({ operationId: 'isLive', summary: 'The process answers' })
  @ApiResponse({ status: 200, description: 'It does.', schema: { type: 'object' } })
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  @ApiOperation({ operationId: 'isReady', summary: 'The log answers and the read models follow it' })
  @ApiResponse({ status: 200, description: 'Ready.', schema: { type: 'object' } })
  @ApiResponse({ status: 503, description: 'A read model stopped; it says why.', schema: { type: 'object' } })
  async ready(): Promise<Answer<{ status: string; readModels: readonly Status[] }>> {
    const readModels = await this.asking.rm.status();
    const stopped = readModels.some(({ failure }) => failure !== undefined);
    return new Answer({ status: stopped ? 'stopped' : 'ready', readModels }, stopped ? 503 : 200);
  }
}

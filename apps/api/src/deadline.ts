import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Observable, throwError, timeout } from 'rxjs';

import { Refused } from '#core';
import { OutcomeUnknown } from '#event-store';

/** Whatever becomes of the engines below, nobody waits for longer. */
const MOST_MS = 8_000;

const lateFor = (method: string): Error =>
  method === 'GET'
    ? new Refused('answer-late', 'It takes too long just now. Ask again in a moment.')
    : new OutcomeUnknown('it was not answered in time');

/** Ends every request in time: a question unanswered, a write as one whose outcome is not known. */
@Injectable()
export class Deadline implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method } = context.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(timeout({ first: MOST_MS, with: () => throwError(() => lateFor(method)) }));
  }
}

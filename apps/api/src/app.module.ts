import { dirname, join } from 'node:path';

import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';

import { Recorder } from '#event-store';
import { ReadModels } from '#read-models';
import type { Jobs, Operations } from '#runtime';

import { Asking } from './asking.js';
import { AssetsController } from './assets.controller.js';
import { BarsController } from './bars.controller.js';
import type { Book } from './book.js';
import { CasesController } from './cases.controller.js';
import { CircleController } from './access/circle.controller.js';
import { Elsewhere } from './elsewhere.js';
import { EXPORTS_FOLDER, ExportsController } from './exports.controller.js';
import { FiguresController } from './figures.controller.js';
import { HealthController, OPERATIONS } from './health.controller.js';
import { IMPORTS_FOLDER, ImportsController } from './imports.controller.js';
import { JOBS } from './job-told.js';
import { LogController } from './access/log.controller.js';
import { Hiding } from './access/hiding.js';
import { Looking } from './access/looking.js';
import { MeasuresController } from './measures.controller.js';
import { NetworksController } from './networks.controller.js';
import { OperationsController } from './operations.controller.js';
import { OrdersController } from './orders.controller.js';
import { Problems } from './http/problems.filter.js';
import { QuartersController } from './quarters.controller.js';
import { QuestionsController } from './questions.controller.js';
import { RatesController } from './rates.controller.js';
import { RebuildsController } from './rebuilds.controller.js';
import { ACCESS, KNOWN } from './given.js';
import { PeopleController } from './access/people.controller.js';
import { ProposalsController } from './access/proposals.controller.js';
import { Proposing } from './access/proposing.js';
import { Claims } from './claims.js';
import { Recording } from './recording.js';
import { References } from './references.js';
import { RegistersController } from './registers.controller.js';
import { RulesController } from './access/rules.controller.js';
import { SessionsController } from './access/sessions.controller.js';
import { TakingBack } from './access/taking-back.js';

/** What the API needs of a book. */
export type Served = Pick<Book, 'recorder' | 'readModels' | 'known' | 'access'> & {
  /** The folder that the reporters write to; `data/exports` unless told. Beside it, in `imports`, lie the registers to be taken in. */
  readonly exports?: string;
  /** How the process is watched; it logs errors only unless told. */
  readonly operations?: Operations;
  /** The name of the proxy with TLS that stands before it. */
  readonly publicHost?: string;
  /** Whether all in the book is invented: every answer says so. */
  readonly invented?: boolean;
  /** The queues, to tell how far a job is; without them the log alone is asked. */
  readonly jobs?: Jobs;
};

export const controllers: readonly Type[] = [
  CasesController,
  CircleController,
  ProposalsController,
  PeopleController,
  RulesController,
  LogController,
  SessionsController,
  AssetsController,
  BarsController,
  MeasuresController,
  OrdersController,
  NetworksController,
  OperationsController,
  QuestionsController,
  RegistersController,
  FiguresController,
  ExportsController,
  QuartersController,
  RebuildsController,
  ImportsController,
  RatesController,
  HealthController,
];

/** All the API is made of: the routes, and the parts of a book they speak to, given by value. */
@Module({})
export class ApiModule {
  static over(
    { recorder, readModels, known, access, exports: folder = 'data/exports', jobs }: Served,
    operations: Operations,
  ): DynamicModule {
    return {
      module: ApiModule,
      controllers: [...controllers],
      providers: [
        { provide: Recorder, useValue: recorder },
        { provide: ReadModels, useValue: readModels },
        { provide: EXPORTS_FOLDER, useValue: folder },
        { provide: IMPORTS_FOLDER, useValue: join(dirname(folder), 'imports') },
        { provide: KNOWN, useValue: known },
        { provide: OPERATIONS, useValue: operations },
        { provide: JOBS, useValue: jobs ?? null },
        { provide: ACCESS, useValue: access },
        Looking,
        TakingBack,
        Proposing,
        Claims,
        Hiding,
        Elsewhere,
        References,
        Recording,
        Asking,
        { provide: APP_FILTER, useClass: Problems },
      ],
    };
  }
}

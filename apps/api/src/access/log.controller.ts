import { Controller, Inject } from '@nestjs/common';

import { decidePerson } from '#access';
import { caseDecider, streamOf } from '#casework';
import { type CaseId, type Day, instantOf, type PersonId } from '#core';
import { Recorder } from '#event-store';
import { type CaseReader, caseReaders, glass, type GlassView, type Page } from '#read-models';
import { type Access, type LookKind, type LookRecord, type LooksVerified } from '#runtime';

import { type Answer, receiptWith } from '../answer.js';
import { commandOf } from '../caller.js';
import { Asking, foundOr404 } from '../asking.js';
import { BreakGlass } from './circle.bodies.js';
import { ACCESS } from '../given.js';
import { LooksQuestion, ReadersQuestion } from './log.bodies.js';
import { PageQuestion } from '../queries.js';
import { Answering, Asks, Path, type PathIds, Records, TellsOf, type Told } from '../told.js';

const HOUR_MS = 3_600_000;

/** Who looked at what, and who could have: for the auditor, and nobody else (LED Art. 25(2)). */
@Controller('v1')
export class LogController {
  constructor(
    @Inject(ACCESS) private readonly access: Access,
    @Inject(Asking) private readonly asking: Asking,
    @Inject(Recorder) private readonly recorder: Recorder,
  ) {}

  /** Loud: it is a fact, every look behind the glass is marked, and the auditor has a list. */
  @Records('cases/:caseId/glass', BreakGlass, {
    name: 'breakGlass',
    act: 'break-glass',
    title: 'Look into a case that is not yours, for a reason and some hours',
    opens: true,
  })
  async break(@TellsOf(BreakGlass) { caller, path, body }: Told<BreakGlass>): Promise<Answer> {
    const caseId = path['caseId'] as CaseId;
    const { state } = await this.recorder.read(streamOf.case(caseId), caseDecider);
    foundOr404(state.caseId, 'case');
    const { people } = this.access;
    const { personId } = caller.reader.principal;
    const hours = Number(body.hours);
    const until = instantOf(new Date(people.now().getTime() + hours * HOUR_MS));
    const command = commandOf(caller, { caseId, ...body });
    const decision = decidePerson.GlassBroken({ personId, caseId, reason: body.reason, until });
    return receiptWith(await people.record(personId, [decision], command), { caseId, personId });
  }

  @Answering('glass', 'listGlass', 'audit', 'Who looked into cases that were not theirs, the last first', PageQuestion)
  async glass(@Asks(PageQuestion) query: PageQuestion): Promise<Page<GlassView>> {
    return glass(await this.asking.ready(query), this.asking.page(query));
  }

  @Answering('access-log', 'getAccessLog', 'audit', 'Who looked at what', LooksQuestion)
  async log(@Asks(LooksQuestion) query: LooksQuestion): Promise<{ items: readonly LookRecord[] }> {
    const { kind, outcome, person, caseId, behindGlass, from, to, limit, after } = query;
    const items = await this.access.log.page({
      ...(kind ? { kind: kind as LookKind } : {}),
      ...(outcome ? { outcome: outcome as LookRecord['outcome'] } : {}),
      ...(person ? { personId: person as PersonId } : {}),
      ...(caseId ? { caseId: caseId as CaseId } : {}),
      ...(behindGlass ? { behindGlass: true } : {}),
      ...(from ? { from: from as Day } : {}),
      ...(to ? { to: to as Day } : {}),
      limit: Number(limit ?? 100),
      ...(after ? { after: Number(after) } : {}),
    });
    return { items };
  }

  @Answering('access-log/verification', 'verifyAccessLog', 'audit', 'Whether the chain of the access log is whole')
  verify(): Promise<LooksVerified> {
    return this.access.log.verify();
  }

  @Answering(
    'cases/:caseId/readers',
    'listReaders',
    'audit',
    'Who can read a case, or could at a position or moment',
    ReadersQuestion,
  )
  async readers(
    @Path() { caseId = '' }: PathIds,
    @Asks(ReadersQuestion) query: ReadersQuestion,
  ): Promise<{ items: readonly CaseReader[] }> {
    const { asOf } = await this.asking.asOf(query);
    return { items: foundOr404(await caseReaders(await this.asking.ready(query), caseId, asOf), 'case') };
  }
}

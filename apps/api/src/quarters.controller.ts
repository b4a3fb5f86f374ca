import { Controller, Inject } from '@nestjs/common';

import { type Day, periodOf, type Quarter } from '#core';
import { commandHashOf, Recorder } from '#event-store';
import {
  assertMayLookBack,
  type Bridge,
  bridge,
  editions,
  type EditionView,
  quarters,
  type QuarterView,
} from '#read-models';
import { closeQuarter, type Edition, quarterDecider, quarterStream } from '#reporting';

import { Answer, etagOf } from './answer.js';
import { Asking, foundOr404 } from './asking.js';
import { BridgeQuestion, CloseQuarter } from './quarters.bodies.js';
import { Question } from './queries.js';
import type { Reader } from './access/reader.js';
import { Answering, Asks, By, Path, type PathIds, Records, TellsOf, type Told } from './told.js';

export interface ClosedTold extends Edition {
  readonly eventIds: readonly string[];
  /** Where its fact stands in the log: ask with minPosition. */
  readonly recordedPosition: number;
}

interface BridgeTold extends Bridge {
  readonly edition: EditionView;
}

/** Quarters, closed like books: an edition counts what was known at its position, for ever. */
@Controller('v1/quarters')
export class QuartersController {
  constructor(
    @Inject(Recorder) private readonly recorder: Recorder,
    @Inject(Asking) private readonly asking: Asking,
  ) {}

  @Answering('', 'listQuarters', 'figures', 'Quarters with value in them, each with its editions', Question)
  async quarters(@Asks(Question) query: Question, @By() { scope }: Reader): Promise<{ items: readonly QuarterView[] }> {
    return { items: await quarters(await this.asking.ready(query), scope) };
  }

  @Records(':quarter/editions', CloseQuarter, {
    name: 'closeQuarter',
    act: 'close-quarter',
    title: 'Close a quarter: its next edition',
    opens: true,
  })
  async close(@TellsOf(CloseQuarter) { caller, path, body }: Told<CloseQuarter>): Promise<Answer<ClosedTold>> {
    const quarter = path['quarter'] as Quarter;
    const position = await this.asking.recordedPosition(body.asOf);
    // Closing at a position of their choice would let them look back to it.
    await assertMayLookBack(this.asking.rm, caller.reader.scope, {
      period: periodOf(quarter, '/quarter'),
      asOf: position,
    });
    const closing = { quarter, position, today: new Date().toISOString().slice(0, 10) as Day };
    const { actor, commandId, expected = 'any' } = caller;
    const command = { actor, commandId, commandHash: commandHashOf({ quarter, ...body }), expected };
    const receipt = await this.recorder.record(
      quarterStream(quarter),
      quarterDecider,
      [closeQuarter(closing)],
      command,
    );
    const { state } = await this.recorder.read(quarterStream(quarter), quarterDecider);
    const edition = foundOr404(state[receipt.revision], 'edition');
    const told = { ...edition, eventIds: receipt.eventIds, recordedPosition: receipt.position };
    return new Answer(told, receipt.eventIds.length > 0 ? 201 : 200, etagOf(receipt.revision));
  }

  @Answering(':quarter/editions', 'listEditions', 'figures', 'The editions of a quarter', Question)
  async editions(
    @Path() { quarter = '' }: PathIds,
    @Asks(Question) query: Question,
  ): Promise<{ items: readonly EditionView[] }> {
    return { items: await editions(await this.asking.ready(query), quarter) };
  }

  @Answering(
    ':quarter/editions/:edition/bridge',
    'getBridge',
    'figures',
    'What an edition counts otherwise than the one before, posting by posting',
    BridgeQuestion,
  )
  async bridge(
    @Path() { quarter = '', edition = '' }: PathIds,
    @Asks(BridgeQuestion) query: BridgeQuestion,
    @By() reader: Reader,
  ): Promise<BridgeTold> {
    const rm = await this.asking.ready(query);
    const { definition } = query;
    const known = await editions(rm, quarter);
    const found = foundOr404(
      known.find((one) => one.edition === Number(edition)),
      'edition',
    );
    const asked = { quarter: quarter as Quarter, definition, from: found.previous ?? 0, to: found.position };
    return { edition: found, ...(await bridge(rm, reader.scope, asked, this.asking.page(query))) };
  }
}

import { Controller, Inject } from '@nestjs/common';

import { periodOf } from '#core';
import { figureEntries, type FigureEntries, type Figures, figures, type Grouping, groupings } from '#read-models';

import { Asking } from './asking.js';
import { Looking } from './access/looking.js';
import { EntriesQuestion, type FiguresFilter, FiguresQuestion } from './queries.js';
import type { Reader } from './access/reader.js';
import { Answering, Asks, By } from './told.js';

const filterOf = (query: FiguresFilter): Partial<Record<Grouping, string>> =>
  Object.fromEntries(groupings.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])));

/** The figures, and of each definition where to read the events behind its answer. */
export interface FiguresTold extends Omit<Figures, 'definitions'> {
  readonly definitions: readonly (Figures['definitions'][number] & { readonly entries: string })[];
}

const withEntries = (told: Figures, query: FiguresQuestion): FiguresTold => {
  const same = { period: query.period, ...filterOf(query), asOf: String(told.asOf) };
  const entriesOf = (definition: string): string =>
    `/v1/figures/entries?${new URLSearchParams({ definition, ...same }).toString()}`;
  return { ...told, definitions: told.definitions.map((one) => ({ ...one, entries: entriesOf(one.id) })) };
};

const listOf = (text: string | undefined): string[] => [...new Set(text?.split(',') ?? [])];

/** What was identified, taken, confiscated and realised in a period, and the events behind each number. */
@Controller('v1/figures')
export class FiguresController {
  constructor(
    @Inject(Asking) private readonly asking: Asking,
    @Inject(Looking) private readonly looking: Looking,
  ) {}

  @Answering('', 'getFigures', 'figures', 'The figures of a quarter or range, grouped, with coverage', FiguresQuestion)
  async figures(@Asks(FiguresQuestion) query: FiguresQuestion, @By() reader: Reader): Promise<FiguresTold> {
    const period = periodOf(query.period, '/period');
    const rm = await this.asking.readyFor(query, reader);
    const past = await this.asking.asOfEdition(rm, query);
    const by = listOf(query.by) as Grouping[];
    const asked = { period, by, definitions: listOf(query.definition), filter: filterOf(query), ...past };
    return withEntries(await figures(rm, reader.scope, asked), query);
  }

  @Answering(
    'entries',
    'getFigureEntries',
    'figures',
    'The events behind a figure: summed, they give it',
    EntriesQuestion,
  )
  async entries(@Asks(EntriesQuestion) query: EntriesQuestion, @By() reader: Reader): Promise<FigureEntries> {
    const period = periodOf(query.period, '/period');
    const rm = await this.asking.readyFor(query, reader);
    const past = await this.asking.asOfEdition(rm, query);
    const { definition, coverage } = query;
    const asked = { period, definition, coverage, filter: filterOf(query), ...past };
    const page = await figureEntries(rm, reader.scope, asked, this.asking.page(query));
    await this.looking.over(
      reader,
      page.items.map(({ caseId }) => caseId),
    );
    return page;
  }
}

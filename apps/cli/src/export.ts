import { writeFile } from 'node:fs/promises';

import { type Command, Option } from 'commander';

import type { Period } from '#core';
import type { Grouping } from '#read-models';
import { asInvented, exportFigures, type Format } from '#reporting';
import { isInvented, readSettings } from '#runtime';

import { byOption, periodOption, positionOf } from './options.js';
import { withStandingBook } from './with-book.js';

interface ExportOptions {
  readonly quarter: Period;
  readonly by: Grouping[];
  readonly format: Format;
  readonly out?: string;
  readonly asOf?: string;
  readonly definition?: string[];
}

const exportThem = ({ quarter, by, format, out, asOf, definition }: ExportOptions): Promise<void> =>
  withStandingBook(async (book) => {
    const past = asOf === undefined ? {} : { asOf: await positionOf(book, asOf) };
    const chosen = definition ? { definitions: definition } : {};
    const text = await exportFigures(book.readModels, 'whole', { period: quarter, by, ...chosen, ...past }, format);
    const { data, databaseUrl } = readSettings(process.env);
    const told = isInvented(data) && !databaseUrl ? asInvented(text, format) : text;
    if (out === undefined) process.stdout.write(told);
    else await writeFile(out, told);
  });

export const addExports = (program: Command): void => {
  program
    .command('export')
    .description('write figures to a file')
    .command('figures')
    .description('the figures of a quarter or range: the same bytes for the same question, whenever it runs')
    .addOption(periodOption())
    .addOption(byOption())
    .addOption(new Option('--format <format>', 'of the file').choices(['csv', 'json']).default('csv'))
    .option('--definition <names...>', 'only these, e.g. value-seized@1')
    .option('--as-of <position or moment>', 'as it was known then')
    .option('--out <file>', 'instead of standard output')
    .action(exportThem);
};

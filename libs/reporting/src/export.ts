import { stringify } from 'csv-stringify/sync';

import type { Period } from '#core';
import { type Figure, type Figures, figures, type Grouping, type ReadModels } from '#read-models';

export type Format = 'csv' | 'json';

export interface ExportAsked {
  readonly period: Period;
  readonly by: readonly Grouping[];
  readonly definitions?: readonly string[];
  readonly asOf?: number;
}

const header = (by: readonly Grouping[]): string[] => [
  'period', 'as_of', 'definition', ...by, 'assets', 'valued', 'unvalued', 'unconverted', 'opening', 'eur', 'currency', 'amount',
]; // prettier-ignore

/** One line a currency; the counts and the euro stand on the first, so that a column can be summed. */
const lines = (all: Figures, figure: Figure): (string | number)[][] => {
  const period = all.period.first === all.period.last ? all.period.first : `${all.period.first}..${all.period.last}`;
  const group = all.by.map((grouping) => figure.group[grouping] ?? '');
  const amounts = figure.amounts.length > 0 ? figure.amounts : [{ currency: '', amount: '' }];
  return amounts.map(({ currency, amount }, index) => {
    const first = index === 0;
    const counts = [figure.assets, figure.valued, figure.unvalued, figure.unconverted, figure.opening];
    return [
      period,
      all.asOf,
      figure.definition,
      ...group,
      ...counts.map((count) => (first ? count : '')),
      first ? figure.eur : '',
      currency,
      amount,
    ];
  });
};

/** Text that a spreadsheet would take for a formula is quoted off; our own numbers never are. */
const safe = (value: string | number): string | number =>
  typeof value === 'string' && /^[=+@\t\r\n＝＋－＠]|^-(?![\d.]+$)/.test(value) ? `'${value}` : value;

/**
 * The figures of a period as a file: the same bytes for the same period, grouping and position, whenever it runs.
 * @throws Refused `sums-do-not-close` before a byte is written.
 */
export const exportFigures = async (rm: ReadModels, asked: ExportAsked, format: Format): Promise<string> => {
  const all = await figures(rm, asked);
  if (format === 'json') return `${JSON.stringify(all, null, 2)}\n`;
  const body = all.rows.flatMap((figure) => lines(all, figure));
  return stringify([header(all.by), ...body.map((line) => line.map(safe))], { record_delimiter: '\r\n' });
};

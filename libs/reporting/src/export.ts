import { stringify } from 'csv-stringify/sync';

import type { Scope } from '#access';
import type { Period } from '#core';
import { type Figure, type Figures, figures, type Grouping, type ReadModels } from '#read-models';

export type Format = 'csv' | 'json';

export interface ExportAsked {
  readonly period: Period;
  readonly by: readonly Grouping[];
  readonly definitions?: readonly string[];
  readonly asOf?: number;
  /** The position was fixed when it was asked for. */
  readonly fixed?: boolean;
}

/** Stands for what a row is not told apart by. Nothing of the book is called so: names of networks are ids, and codes are no words. */
const UNTOLD = '(withheld)';

/** A column of its own, where orders are counted: what was asked for before there was one tells what it told. */
const countsOrders = ({ definitions }: Figures): boolean => definitions.some(({ tells }) => tells === 'orders');

/** Within limits two more columns stand last: whether something is left out of the line, and whose data it covers. */
const header = (all: Figures): string[] => [
  'period', 'as_of', 'definition', ...all.by, 'assets', 'valued', 'unvalued', 'unconverted', 'incomplete', 'opening', 'eur', 'currency', 'amount',
  ...(countsOrders(all) ? ['orders'] : []), ...(all.scope.cases === 'all' ? [] : ['withheld', 'scope']),
]; // prettier-ignore

const yesOrNo = (flag: boolean): string => (flag ? 'yes' : 'no');

const periodIn = ({ period: { first, last } }: Figures): string => (first === last ? first : `${first}..${last}`);

/** One line a currency; the counts and the euro stand on the first, so that a column can be summed. What is not told is empty. */
const lines = (all: Figures, figure: Figure): (string | number)[][] => {
  const limits = all.scope.cases === 'all' ? [] : [yesOrNo(figure.withheld ?? false), all.scope.words];
  const group = all.by.map(
    (grouping) => figure.group[grouping] ?? (figure.groupWithheld?.includes(grouping) ? UNTOLD : ''),
  );
  const amounts = figure.amounts?.length ? figure.amounts : [{ currency: '', amount: '' }];
  return amounts.map(({ currency, amount }, index) => {
    const first = index === 0;
    const incomplete = figure.incomplete === undefined ? undefined : yesOrNo(figure.incomplete);
    const counts = [figure.assets, figure.valued, figure.unvalued, figure.unconverted, incomplete, figure.opening];
    return [
      periodIn(all),
      all.asOf,
      figure.definition,
      ...group,
      ...[...counts, figure.eur].map((value) => (first ? (value ?? '') : '')),
      currency,
      amount,
      ...(countsOrders(all) ? [figure.orders ?? ''] : []),
      ...limits,
    ];
  });
};

/** Text that a spreadsheet would take for a formula is quoted off; our own numbers never are. */
const safe = (value: string | number): string | number =>
  typeof value === 'string' && /^[=+@\t\r\n＝＋－＠]|^-(?![\d.]+$)/.test(value) ? `'${value}` : value;

/** Where nothing may be told, within limits: that it is so, and of whose data. */
const nothing = (all: Figures): (string | number)[][] => {
  const { asOf, by, scope } = all;
  if (scope.cases === 'all') return [];
  const untold = Array.from({ length: countsOrders(all) ? 10 : 9 }, () => '');
  return [[periodIn(all), asOf, '', ...by.map(() => ''), ...untold, yesOrNo(scope.withheld), scope.words]]; // prettier-ignore
};

/**
 * The figures of a period as a file, of the cases in scope: the same bytes for the same period, grouping and position, whenever it
 * runs, for the whole book; within limits, while who asks may see and count the same cases.
 * @throws Refused `sums-do-not-close` before a byte is written.
 */
export const exportFigures = async (
  rm: ReadModels,
  scope: Scope,
  asked: ExportAsked,
  format: Format,
): Promise<string> => {
  const all = await figures(rm, scope, asked);
  if (format === 'json') return `${JSON.stringify(all, null, 2)}\n`;
  const body = all.rows.flatMap((figure) => lines(all, figure));
  const told = body.length > 0 ? body : nothing(all);
  return stringify([header(all), ...told.map((line) => line.map(safe))], { record_delimiter: '\r\n' });
};

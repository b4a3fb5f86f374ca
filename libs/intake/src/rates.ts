import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { CsvError, parse } from 'csv-parse/sync';

import { publishRates, type RatesPublished, ratesDecider, type RateSource, streamOf } from '#casework';
import { type CurrencyCode, type Day, type EventId, isDay, Refused } from '#core';
import type { Command, Recorder } from '#event-store';

type Published = RatesPublished['data'];

const RATE = /^\d{1,9}(\.\d{1,10})?$/;

const malformed = (line: number, column: string, given: unknown, hint: string): never => {
  throw new Refused('rates-file-malformed', `Line ${line}, column ${column}: ${hint}`, { line, column, given });
};

const rowsOf = (text: string): string[][] => {
  try {
    return parse(text, { bom: true, skip_empty_lines: true, relax_column_count: false });
  } catch (error) {
    if (error instanceof CsvError) return malformed(Number(error['lines'] ?? 0), '', error.code, error.message);
    throw error;
  }
};

/**
 * The fixings of the ECB's `eurofxref-hist.csv`, oldest first; currencies without a rate on a day are left out.
 * @throws Refused `rates-file-malformed` with line and column, before anything is given.
 */
export const ratesFromEcb = (text: string): Published[] => {
  const [header = [], ...rows] = rowsOf(text);
  if (header[0] !== 'Date') malformed(1, '1', header[0], 'expected Date');
  const published = rows.map((row, index): Published => {
    const [day = ''] = row;
    if (!isDay(day)) malformed(index + 2, 'Date', day, 'expected a day as YYYY-MM-DD');
    const rates: Record<string, string> = {};
    row.forEach((rate, column) => {
      const currency = header[column] ?? '';
      if (column === 0 || currency === '' || rate === 'N/A' || rate === '') return;
      if (!RATE.test(rate)) malformed(index + 2, currency, rate, 'expected a rate such as 1.1684');
      rates[currency] = rate;
    });
    return { source: 'ECB', base: 'EUR' as CurrencyCode, from: day as Day, to: day as Day, rates };
  });
  return published.sort((a, b) => (a.from < b.from ? -1 : 1));
};

const TRM_DAY = /^(\d{2})\/(\d{2})\/(\d{4})$/;
const TRM_RATE = /^\$(\d{1,3}(?:,\d{3})*|\d+)(\.\d{1,6})?$/;

/**
 * The intervals of the Colombian TRM file, oldest first: pesos for one US dollar.
 * @throws Refused `rates-file-malformed` with line and column.
 */
export const ratesFromTrm = (text: string): Published[] => {
  const [header = [], ...rows] = rowsOf(text);
  if (header[0] !== 'VALOR') malformed(1, '1', header[0], 'expected VALOR');
  const dayOf = (given: string, line: number, column: string): Day => {
    const day = TRM_DAY.test(given) ? given.replace(TRM_DAY, '$3-$2-$1') : undefined;
    return isDay(day) ? day : malformed(line, column, given, 'expected a day as DD/MM/YYYY');
  };
  const published = rows.map(([value = '', , from = '', to = ''], index): Published => {
    const line = index + 2;
    if (!TRM_RATE.test(value)) malformed(line, 'VALOR', value, 'expected a rate such as $4,008.70');
    const rates = { COP: value.replace(/[$,]/g, '') };
    const [first, last] = [dayOf(from, line, 'VIGENCIADESDE'), dayOf(to, line, 'VIGENCIAHASTA')];
    return { source: 'TRM', base: 'USD' as CurrencyCode, from: first, to: last, rates };
  });
  return published.sort((a, b) => (a.from < b.from ? -1 : 1));
};

/** The ECB history that comes with Rastro, so that a fresh machine converts. */
export const shippedEcbRates = (): Published[] =>
  ratesFromEcb(gunzipSync(readFileSync(new URL('../data/ecb-rates.csv.gz', import.meta.url))).toString('utf8'));

/** Of rates recorded at once: a store takes a megabyte, and a day takes a kilobyte. */
export const RATES_TOGETHER = 400;

/**
 * Records rates, oldest first, in parts: each part is whole or not there, and given again it adds nothing.
 * @returns the ids of the events that were recorded now.
 * @throws Refused `rates-differ` when others stand for a day, after what stands before that part.
 */
export const recordRates = async (
  recorder: Recorder,
  source: RateSource,
  published: readonly Published[],
  command: Command,
): Promise<EventId[]> => {
  const recorded: EventId[] = [];
  for (let part = 0; part * RATES_TOGETHER < published.length; part += 1) {
    const decisions = published.slice(part * RATES_TOGETHER, (part + 1) * RATES_TOGETHER).map(publishRates);
    const commandId = part === 0 ? command.commandId : `${command.commandId}-${part + 1}`;
    const correlationId = command.correlationId ?? command.commandId;
    const named = { ...command, commandId, correlationId };
    const receipt = await recorder.record(streamOf.rates(source), ratesDecider, decisions, named);
    if (!receipt.repeated) recorded.push(...receipt.eventIds);
  }
  return recorded;
};

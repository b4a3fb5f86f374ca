import { hostname, userInfo } from 'node:os';

import { InvalidArgumentError, Option } from 'commander';

import { type CountryCode, countryOf, instantOf, isInstant, type Period, periodOf, Refused } from '#core';
import type { Actor } from '#event-store';
import { type Grouping, groupings } from '#read-models';

import { actorOf } from './actor.js';
import type { Book } from '../../standalone/src/book.js';

/** What a library refuses, told as a wrong argument. */
export const asArgument = <Value>(read: (text: string) => Value): ((text: string) => Value) => {
  return (text) => {
    try {
      return read(text);
    } catch (error) {
      if (error instanceof Error) throw new InvalidArgumentError(error.message);
      throw error;
    }
  };
};

/** Who sits at this machine, as far as it knows: its account. Nothing is made up; the jurisdiction is unknown. */
const account = (): Actor => ({
  person: `account ${userInfo().username}`,
  authority: `machine ${hostname()}`,
  jurisdiction: 'ZZ' as CountryCode,
});

export const actorOption = (): Option =>
  new Option('--actor <actor>', 'who records, e.g. "person=Ana; authority=PJ; jurisdiction=PT"')
    .argParser(asArgument((text): Actor => actorOf(text)))
    .default(account(), 'the account on this machine, jurisdiction ZZ (unknown)');

export const countryOption = (): Option =>
  new Option('--jurisdiction <country>', 'two letters, such as ES').argParser(asArgument(countryOf));

export const periodOption = (): Option =>
  new Option('--quarter <period>', '2016Q3, 2016H1, 2016 or 2016Q1..2017Q2')
    .argParser(asArgument((text): Period => periodOf(text)))
    .makeOptionMandatory();

const groupingOf = (text: string): Grouping => {
  const found = groupings.find((one) => one === text);
  if (!found) throw new InvalidArgumentError(`Group by some of ${groupings.join(', ')}.`);
  return found;
};

export const byOption = (): Option =>
  new Option('--by <groupings>', `comma-separated: ${groupings.join(', ')}`)
    .argParser((text): Grouping[] => [...new Set(text.split(','))].map(groupingOf))
    .default([], 'nothing: one total for each figure');

/**
 * The position meant by `--as-of`: a number, or a moment such as 2026-03-31T22:00:00.000Z.
 * @throws Refused `as-of-malformed`; `position-unknown` of what has not come: the answer would not stay the same.
 */
export const positionOf = async ({ store }: Book, asOf: string): Promise<number> => {
  if (/^\d{1,15}$/.test(asOf)) {
    const head = await store.head();
    if (Number(asOf) <= head) return Number(asOf);
    throw new Refused('position-unknown', `The log stands at ${head}: what comes later is not known.`, { given: asOf });
  }
  const moment = asOf.replace(/(:\d{2})Z$/, '$1.000Z');
  if (!isInstant(moment)) {
    throw new Refused('as-of-malformed', 'Give a position, or a moment as 2026-03-31T22:00:00Z.', { given: asOf });
  }
  if (moment <= instantOf(new Date())) return store.positionAt(moment);
  throw new Refused('position-unknown', 'What comes later than now is not known.', { given: asOf });
};

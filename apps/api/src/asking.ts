import { Inject, Injectable } from '@nestjs/common';

import { instantOf, isInstant, isQuarter } from '#core';
import type { EventStore } from '#event-store';
import { editions, isNetwork, type PageAsked, ReadModels } from '#read-models';

import type { Reader } from './access/reader.js';
import { Invalid } from './http/invalid.js';

/** How long a question waits for the position it asked for. */
export const LONGEST_WAIT_MS = 5_000;
const LIMIT = 100;

interface EditionAsked {
  readonly period: string;
  readonly edition?: string | undefined;
  readonly asOf?: string | undefined;
}

interface Asked {
  readonly minPosition?: string;
  readonly asOf?: string;
  readonly limit?: string;
  readonly after?: string;
}

/** What every question shares: the position it waits for, the moment it looks back to, the page it wants. */
@Injectable()
export class Asking {
  constructor(@Inject(ReadModels) readonly rm: ReadModels) {}

  get #store(): EventStore {
    return this.rm.store;
  }

  /** @throws Invalid `position-unknown`, or `not-yet-visible` (503) after five seconds. */
  async ready({ minPosition }: Asked): Promise<ReadModels> {
    if (minPosition === undefined || this.rm.position() >= Number(minPosition)) return this.rm;
    if (Number(minPosition) > (await this.#store.head())) {
      const message = 'The log does not go that far. Give the position of a receipt.';
      throw new Invalid('invalid', message, [{ pointer: '/minPosition', code: 'position-unknown', message }]);
    }
    if (await this.rm.waitFor(Number(minPosition), LONGEST_WAIT_MS)) return this.rm;
    throw new Invalid('not-yet-visible', `The answers do not stand at ${minPosition} yet: ask again.`, [], 503);
  }

  /**
   * The same, for a question that may name a network.
   * @throws Invalid `network-unknown` to whoever may look it up; to others nothing stands under it.
   */
  async readyFor(query: Asked & { network?: string }, reader: Reader): Promise<ReadModels> {
    const rm = await this.ready(query);
    const { network } = query;
    if (!network || !reader.may('consult-registers') || (await isNetwork(rm, network))) return rm;
    const message = 'No such network is registered. Give the id of one, as `GET /v1/networks` tells them.';
    throw new Invalid('invalid', message, [{ pointer: '/network', code: 'network-unknown', message }]);
  }

  /**
   * The position a question looks back to; a moment is turned into the last position recorded up to it. The answers stand there by then.
   * @throws Invalid `position-unknown` of what has not come; `not-yet-visible` (503) after five seconds.
   */
  async asOf({ asOf }: Asked): Promise<{ asOf?: number }> {
    if (asOf === undefined) return {};
    const position = /^\d+$/.test(asOf) ? await this.recordedPosition(asOf) : await this.#positionAt(asOf);
    await this.ready({ minPosition: String(position) });
    return { asOf: position };
  }

  async #positionAt(asOf: string): Promise<number> {
    const moment = asOf.length === 20 ? `${asOf.slice(0, -1)}.000Z` : asOf;
    const wrong = (code: string, message: string): Invalid =>
      new Invalid('invalid', message, [{ pointer: '/asOf', code, message }]);
    if (!isInstant(moment)) throw wrong('as-of-malformed', 'Give a position, or a moment as 2026-03-31T22:00:00Z.');
    if (moment > instantOf(new Date())) throw wrong('position-unknown', 'What comes later than now is not known.');
    return this.#store.positionAt(moment);
  }

  /** The same, or the position of an edition of the quarter. */
  async asOfEdition(rm: ReadModels, { period, edition, asOf }: EditionAsked): Promise<{ asOf?: number }> {
    if (edition === undefined) return this.asOf(asOf === undefined ? {} : { asOf });
    const wrong = (pointer: string, code: string, message: string): Invalid =>
      new Invalid('invalid', message, [{ pointer, code, message }]);
    if (asOf !== undefined) throw wrong('/asOf', 'position-twice', 'An edition has its position: leave `asOf` out.');
    if (!isQuarter(period))
      throw wrong('/period', 'quarter-malformed', 'Editions are those of one quarter: give 2016Q3.');
    const found = (await editions(rm, period)).find((one) => one.edition === Number(edition));
    return { asOf: foundOr404(found, 'edition').position };
  }

  /** A position that is in the log; the newest when none is given. */
  async recordedPosition(asOf: string | undefined): Promise<number> {
    if (asOf !== undefined && Number(asOf) <= this.rm.position()) return Number(asOf);
    const head = await this.#store.head();
    if (asOf === undefined) return head;
    const message = `The log stands at ${head}: what comes later is not known.`;
    if (Number(asOf) > head)
      throw new Invalid('invalid', message, [{ pointer: '/asOf', code: 'position-unknown', message }]);
    return Number(asOf);
  }

  page({ limit, after }: Asked): PageAsked {
    return { limit: limit === undefined ? LIMIT : Number(limit), ...(after === undefined ? {} : { after }) };
  }
}

/** @throws Invalid `not-found` (404). */
export const foundOr404 = <View>(view: View | undefined, what: string): View => {
  if (view === undefined)
    throw new Invalid('not-found', `There is no such ${what} here, or there was none then.`, [], 404);
  return view;
};

import {
  caseDecider,
  type CaseEvent,
  decide,
  decideNetwork,
  decideOperation,
  type Known,
  networkDecider,
  type NetworkEvent,
  operationDecider,
  type OperationEvent,
  publishRates,
  type RatesPublished,
  ratesDecider,
  streamOf,
} from '#casework';
import type { CaseId, CountryCode, EventId, NetworkId, OperationId } from '#core';
import { type Actor, type Command, commandHashOf, idOfWords } from '#event-store';

import type { Book } from './book.js';

type Data = Readonly<Record<string, unknown>>;

/**
 * Tells invented facts in order, each under a key of its own: told again, the same story adds nothing.
 * Facts are given as plain data; the decisions refuse what is not lawful.
 */
export class Story {
  #told = 0;
  /** The story has no today: asking its clock would move it on. */
  readonly #known: Known;

  constructor(
    private readonly book: Book,
    private readonly actor: Actor,
  ) {
    this.#known = { ...book.known, today: undefined };
  }

  /** The same words, the same id: of cases, assets, networks. */
  id<Id extends string>(...words: string[]): Id {
    return idOfWords('story', ...words) as string as Id;
  }

  #command(data: unknown, jurisdiction: string): Command {
    this.#told += 1;
    const actor = { ...this.actor, jurisdiction: jurisdiction as CountryCode };
    return { actor, commandId: `story-${this.#told}`, commandHash: commandHashOf(data), expected: 'any' };
  }

  network(networkId: string, type: NetworkEvent['type'], data: Data): Promise<unknown> {
    const decision = decideNetwork[type]({ networkId, ...data } as never);
    const decided = [(state: Parameters<typeof decision>[0]) => decision(state, this.#known)];
    const stream = streamOf.network(networkId as NetworkId);
    return this.book.recorder.record(stream, networkDecider, decided, this.#command(data, 'ES'));
  }

  operation(operationId: string, type: OperationEvent['type'], data: Data): Promise<unknown> {
    const decision = decideOperation[type]({ operationId, ...data } as never);
    const decided = [(state: Parameters<typeof decision>[0]) => decision(state, this.#known)];
    const stream = streamOf.operation(operationId as OperationId);
    return this.book.recorder.record(stream, operationDecider, decided, this.#command(data, 'ES'));
  }

  rates(data: RatesPublished['data']): Promise<unknown> {
    const stream = streamOf.rates(data.source);
    return this.book.recorder.record(stream, ratesDecider, [publishRates(data)], this.#command(data, 'CO'));
  }

  /** A file in which an authority of one jurisdiction records. */
  file(name: string, jurisdiction: string): File {
    const caseId = this.id<CaseId>('case', name);
    const tell = async (type: CaseEvent['type'], data: Data): Promise<EventId> => {
      const decision = decide[type](data as never);
      const decided = [(file: Parameters<typeof decision>[0]) => decision(file, this.#known)];
      const command = this.#command(data, jurisdiction);
      const { eventIds } = await this.book.recorder.record(streamOf.case(caseId), caseDecider, decided, command);
      return eventIds[0] as EventId;
    };
    const mend = (eventId: EventId, type: 'EntryVoided' | 'EntryCorrected', rest: Data): Promise<EventId> =>
      tell(type, { eventId, author: this.actor.person, ...rest });
    return { caseId, tell, mend };
  }
}

export interface File {
  readonly caseId: CaseId;
  /** @returns the id of the event. */
  tell(type: CaseEvent['type'], data: Data): Promise<EventId>;
  mend(eventId: EventId, type: 'EntryVoided' | 'EntryCorrected', rest: Data): Promise<EventId>;
}

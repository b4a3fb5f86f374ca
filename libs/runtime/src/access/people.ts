import {
  type BookRules,
  type Person,
  personDecider,
  type PersonDecision,
  personStream,
  type Principal,
  principalOf,
  RULES_STREAM,
  rulesDecider,
  type RulesDecision,
} from '#access';
import { instantOf, type PersonId } from '#core';
import type { Command, Receipt, Recorder } from '#event-store';

import { freshMs, FreshFor } from './fresh.js';

const MOST_PEOPLE = 10_000;

/**
 * Who was admitted, what they were granted, and the rules of the book, as the log has it. What is recorded here holds from the
 * next request on; what another process recorded, a second later.
 */
export class People {
  readonly #people: FreshFor<Person>;
  readonly #rules: FreshFor<BookRules>;

  /** `alone`: no other process records in the log. */
  constructor(
    private readonly recorder: Recorder,
    readonly now: () => Date = () => new Date(),
    alone = false,
  ) {
    this.#people = new FreshFor(freshMs(alone), MOST_PEOPLE);
    this.#rules = new FreshFor(freshMs(alone), 1);
  }

  /** As they stand; of somebody who was never admitted, an empty state. */
  person(personId: PersonId): Promise<Person> {
    return this.#people.get(
      personId,
      async () => (await this.recorder.read(personStream(personId), personDecider)).state,
    );
  }

  /** Who asks; nobody when they were never admitted, or are barred. `scopes`: those of a token. */
  async principal(personId: PersonId, scopes?: readonly string[]): Promise<Principal | undefined> {
    return principalOf(await this.person(personId), instantOf(this.now()), scopes);
  }

  rules(): Promise<BookRules> {
    return this.#rules.get('', async () => (await this.recorder.read(RULES_STREAM, rulesDecider)).state);
  }

  /** @throws Refused what the decision refuses. */
  async record(personId: PersonId, decisions: readonly PersonDecision[], command: Command): Promise<Receipt> {
    return this.recorder
      .record(personStream(personId), personDecider, decisions, command)
      .finally(() => this.#people.clear());
  }

  /** @throws Refused what the decision refuses. */
  async setRules(decisions: readonly RulesDecision[], command: Command): Promise<Receipt> {
    return this.recorder.record(RULES_STREAM, rulesDecider, decisions, command).finally(() => this.#rules.clear());
  }
}

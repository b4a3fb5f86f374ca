import {
  type BookRules,
  noting,
  type Person,
  personDecider,
  type PersonDecision,
  personStream,
  type Principal,
  principalOf,
  RULES_STREAM,
  rulesDecider,
  type RulesDecision,
  takesAway,
} from '#access';
import { instantOf, type PersonId } from '#core';
import type { Command, Receipt, Recorder } from '#event-store';

import { FreshFor } from './fresh.js';
import { Lease } from './lease.js';

const MOST_PEOPLE = 10_000;

/**
 * Who was admitted, what they were granted, and the rules of the book, as the log has it. What is recorded here holds from the
 * next request on; in other processes what was given a second later, and what was taken away when it is told to be recorded.
 */
export class People {
  readonly #people: FreshFor<Person>;
  readonly #rules: FreshFor<BookRules>;

  constructor(
    private readonly recorder: Recorder,
    readonly now: () => Date = () => new Date(),
    private readonly lease = new Lease(),
  ) {
    this.#people = new FreshFor(lease.lastsMs, MOST_PEOPLE);
    this.#rules = new FreshFor(lease.lastsMs, 1);
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

  /** Resolves when no process goes by what it took away. @throws Refused what the decision refuses. */
  async record(personId: PersonId, decisions: readonly PersonDecision[], command: Command): Promise<Receipt> {
    const { decisions: noted, decided } = noting(decisions);
    const recording = this.recorder.record(personStream(personId), personDecider, noted, command);
    const receipt = await recording.finally(() => this.#people.clear());
    if (takesAway(decided)) await this.lease.runOut();
    return receipt;
  }

  /** Resolves when no process goes by what it took away. @throws Refused what the decision refuses. */
  async setRules(decisions: readonly RulesDecision[], command: Command): Promise<Receipt> {
    const { decisions: noted, decided } = noting(decisions);
    const recording = this.recorder.record(RULES_STREAM, rulesDecider, noted, command);
    const receipt = await recording.finally(() => this.#rules.clear());
    if (takesAway(decided)) await this.lease.runOut();
    return receipt;
  }
}

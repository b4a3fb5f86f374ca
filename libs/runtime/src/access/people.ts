import {
  assertAdmitted,
  type BookRules,
  decidePerson,
  noting,
  type Person,
  type PersonAdmitted,
  personDecider,
  type PersonDecision,
  personStream,
  type Principal,
  principalOf,
  RULES_STREAM,
  rulesDecider,
  type RulesDecision,
  type Taken,
  takesAway,
} from '#access';
import { instantOf, type PersonId } from '#core';
import type { Command, Decider, Receipt, Recorder } from '#event-store';

import type { FreshFor } from './fresh.js';
import type { Lease } from './lease.js';
import type { Naming } from './naming.js';

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
    readonly now: () => Date,
    private readonly lease: Lease,
    /** Where people are let in. */
    private readonly naming?: Naming,
  ) {
    this.#people = lease.lend(MOST_PEOPLE);
    this.#rules = lease.lend(1);
  }

  /** As they stand; of somebody who was never admitted, an empty state. */
  async person(personId: PersonId): Promise<Person> {
    await this.lease.hold();
    return this.#people.get(
      personId,
      async () => (await this.recorder.read(personStream(personId), personDecider)).state,
    );
  }

  /** Who asks; nobody when they were never admitted, or are barred. `scopes`: those of a token. */
  async principal(personId: PersonId, scopes?: readonly string[]): Promise<Principal | undefined> {
    return principalOf(await this.person(personId), instantOf(this.now()), scopes);
  }

  async rules(): Promise<BookRules> {
    await this.lease.hold();
    return this.#rules.get('', async () => (await this.recorder.read(RULES_STREAM, rulesDecider)).state);
  }

  /**
   * Lets somebody in, and records more about them, under a name that nobody else of their authority has.
   * @throws Refused `name-taken`, `too-busy`; what the decisions refuse.
   */
  async admit(admitted: PersonAdmitted['data'], more: readonly PersonDecision[], command: Command): Promise<Receipt> {
    const { personId } = admitted;
    const decisions = [decidePerson.PersonAdmitted(admitted), ...more];
    const admitting = (): Promise<Receipt> => this.record(personId, decisions, command);
    if ((await this.person(personId)).admitted) return admitting();
    if (!this.naming) throw new Error('nobody is let in here');
    return this.naming.holding(admitted, admitting);
  }

  /** Resolves when no process goes by what it took away. @throws Refused what the decision refuses. */
  async record(personId: PersonId, decisions: readonly PersonDecision[], command: Command): Promise<Receipt> {
    await this.#assertNothingElse(personId);
    return this.#record(personStream(personId), personDecider, decisions, command);
  }

  /** Whoever decides on the stream of something else keeps it in memory as that of a person. @throws Refused `person-unknown`. */
  async #assertNothingElse(personId: PersonId): Promise<void> {
    if ((await this.person(personId)).admitted) return;
    const { state, revision } = await this.recorder.read(personStream(personId), personDecider);
    if (revision >= 0) assertAdmitted(state);
  }

  /** Resolves when no process goes by what it took away. @throws Refused what the decision refuses. */
  async setRules(decisions: readonly RulesDecision[], command: Command): Promise<Receipt> {
    return this.#record(RULES_STREAM, rulesDecider, decisions, command);
  }

  async #record<State>(
    stream: string,
    decider: Decider<State>,
    decisions: readonly ((state: State) => readonly Taken[])[],
    command: Command,
  ): Promise<Receipt> {
    const { decisions: noted, decided } = noting(decisions);
    // It may stand in the log also where that is not known here.
    const receipt = await this.recorder.record(stream, decider, noted, command).finally(() => this.lease.changed());
    if (takesAway(decided)) await this.lease.runOut();
    return receipt;
  }
}

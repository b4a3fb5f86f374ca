import { Inject, Injectable } from '@nestjs/common';

import { noting, type Taken } from '#access';
import { type CaseFile, type Known, refuse } from '#casework';
import type { CaseId, CountryCode } from '#core';
import { type Command, commandHashOf, idOfWords, type Receipt as Recorded, Recorder } from '#event-store';
import { networksNamed, ReadModels } from '#read-models';

import { type Answer, type Receipt, receiptWith, type Warning } from './answer.js';
import type { Caller } from './caller.js';
import { type Claim, Claims } from './claims.js';
import { actFor, type Data, type Decided, decidedBy, type Fact, type Ids, type Root, type Wanted } from './commands.js';
import { KNOWN } from './given.js';
import { warningsOf } from './input.js';
import { Invalid } from './http/invalid.js';
import type { ProposalTold } from './access/proposal-told.js';
import { Hiding } from './access/hiding.js';
import { Proposing } from './access/proposing.js';
import type { Reader } from './access/reader.js';
import { assertUnsealed } from './access/sealed.js';
import { References } from './references.js';
import { TakingBack } from './access/taking-back.js';
import type { Told } from './told.js';

/** The ids a write makes, unless its body brings them: of the actor and the key, so that a retry means the same thing. */
export type Made = Root | 'assetId' | 'newAssetId' | 'orderId' | 'shareId';

const CLAIMED: Readonly<Partial<Record<Made, Claim['kind']>>> = {
  assetId: 'asset',
  newAssetId: 'asset',
  orderId: 'order',
};

/** The field that names a network. */
const NAMED: Readonly<Partial<Record<Fact, string>>> = {
  NetworkRegistered: 'name',
  NetworkRenamed: 'name',
  NetworkAliasAdded: 'alias',
};

const roots: readonly Root[] = ['caseId', 'networkId', 'operationId'];

/** A key counts within a case: what it makes is of that case. */
const madeId = ({ actor, commandId }: Caller, made: Made, caseId?: string): string =>
  idOfWords(made, actor.authority, actor.person, commandId, ...(caseId ? [caseId] : []));

/** How long a write waits for the answers to know who may read a case. */
const SOON_MS = 5_000;

/** Under an id that is taken nothing is told of the case that has it, unless they may read it. */
const assertFree = (reader: Reader, file: CaseFile): void => {
  if (file.caseId && !reader.sees(file)) refuse('case-exists', 'Another case is open under this id.', {}, '/caseId');
};

/** A receipt, or a proposal where a second person must approve. */
export type Outcome = Answer<Receipt> | Answer<ProposalTold>;

/** What was recorded, and the facts that were decided. */
interface Settled {
  readonly recorded: Recorded;
  readonly facts: readonly Taken[];
}

/** Has what was told recorded, by whoever may, and answers with a receipt; or with a proposal, where a second person approves. */
@Injectable()
export class Recording {
  constructor(
    @Inject(Recorder) private readonly recorder: Recorder,
    @Inject(ReadModels) private readonly readModels: ReadModels,
    @Inject(KNOWN) private readonly known: Known,
    @Inject(Proposing) private readonly proposing: Proposing,
    @Inject(TakingBack) private readonly taking: TakingBack,
    @Inject(Hiding) private readonly hiding: Hiding,
    @Inject(Claims) private readonly claims: Claims,
    @Inject(References) private readonly references: References,
  ) {}

  /** @throws Invalid `if-match-required`; Refused what the law or the recorder refuses, `forbidden`. */
  async record(type: Fact, told: Told, made?: Made): Promise<Outcome> {
    const wanted = this.#wanted(type, told, made);
    const opens = made === wanted.root;
    // What corrects is checked as it is decided: until then it may hold what no command can be named by.
    const decided = decidedBy(wanted, this.known);
    const command = this.#command(type, told, opens);
    if (wanted.root === 'caseId') {
      const claim = this.#claim(wanted, made);
      const onCase = (): Promise<Outcome> => this.#onCase(told, wanted, decided, command, opens);
      return claim ? this.claims.holding(claim, onCase) : onCase();
    }
    await this.references.assertThere(decided);
    const recorded = await this.references.holding(decided, ({ stream, decider, decision }) =>
      this.recorder.record(stream, decider, [decision], command),
    );
    return receiptOf(recorded, wanted, await this.#namesakes(wanted, told.caller.reader));
  }

  /** What is registered twice has its value told apart under two names. It is recorded, whether the answers can be asked just now or not. */
  async #namesakes({ type, ids, body }: Wanted, reader: Reader): Promise<Warning[]> {
    const field = NAMED[type];
    if (!field || !reader.may('consult-registers')) return [];
    const asked = networksNamed(this.readModels, String(body[field]), ids['networkId'] ?? '');
    const others = await asked.catch((): string[] => []);
    if (others.length === 0) return [];
    const message = `It is recorded. Another network has, or had, this name: ${others.join(', ')}. If they are one, merge them.`;
    return [{ pointer: `/${field}`, code: 'network-name-taken', message }];
  }

  async #onCase(
    { caller: { reader } }: Told,
    wanted: Wanted,
    told: Decided,
    command: Command,
    opens: boolean,
  ): Promise<Outcome> {
    const { type } = wanted;
    if (opens) reader.assertMay('open-case', wanted.body['jurisdiction'] as CountryCode);
    else await this.hiding.assertNotHidden(reader, actFor(type), wanted.ids['caseId'] as CaseId);
    const admit = (file: CaseFile): void => {
      if (opens) return assertFree(reader, file);
      reader.assertMayOn(actFor(type), file);
      assertUnsealed(reader.home, file, wanted, told);
    };
    // Entries of other jurisdictions may be sealed: of what type they are is not told there.
    const reads = ({ jurisdiction }: CaseFile): boolean => !jurisdiction || reader.home.includes(jurisdiction);
    const admitted: Command = { ...command, admit, reads };
    await this.references.assertThere(told, reader);
    const act = await this.proposing.needed(reader, wanted, told, admitted);
    const proposed =
      act && (await this.references.holding(told, (one) => this.proposing.propose(act, reader, wanted, one, admitted)));
    if (proposed) return proposed;
    const { recorded, facts } = await this.references.holding(told, (decided) => this.#settle(decided, admitted));
    await this.taking.gone(facts, { type, codes: command.marks?.handling?.codes }, recorded.position);
    if (actFor(type) === 'share') await this.readModels.waitFor(recorded.position, SOON_MS);
    return receiptOf(recorded, wanted, warningsOf(told.data));
  }

  async #settle({ stream, decider, decision }: Decided, command: Command): Promise<Settled> {
    const { decisions, decided: facts } = noting([decision]);
    return { recorded: await this.recorder.record(stream, decider, decisions, command), facts };
  }

  /** What they open in a case. */
  #claim({ ids, body }: Wanted, made: Made | undefined): Claim | undefined {
    const kind = made && CLAIMED[made];
    if (!kind) return undefined;
    const claim = { kind, id: ids[made] ?? '', caseId: ids['caseId'] ?? '' };
    return made in body ? { ...claim, at: `/${made}` } : claim;
  }

  #wanted(type: Fact, { caller, path, body }: Told, made?: Made): Wanted {
    const given = body as Data;
    const own = made && ((given[made] as string | undefined) ?? madeId(caller, made, path['caseId']));
    const ids: Ids = { ...path, ...(made && own ? { [made]: own } : {}) };
    const root = roots.find((key) => key in ids && (key in path || key === made));
    if (!root) throw new Error(`${type} belongs to no stream`);
    // Who opens a case works on it.
    const team = type === 'CaseOpened' ? { team: [caller.reader.principal.personId] } : {};
    return { type, root, ids, body: { ...given, ...team }, author: caller.actor.person };
  }

  #command(type: Fact, { caller, path, body, marks }: Told, opens: boolean): Command {
    const { expected, reader: _, ...by } = caller;
    const commandHash = commandHashOf({ type, path, body, ...(marks ? { marks } : {}) });
    const command = { ...by, commandHash, ...(marks ? { marks } : {}) };
    if (opens) return { ...command, expected: expected ?? 'any', fresh: true };
    if (expected !== undefined) return { ...command, expected };
    const hint = 'Send If-Match with the ETag you know, or * to record whatever changed meanwhile.';
    throw new Invalid('if-match-required', hint, [], 428);
  }
}

export const receiptOf = (recorded: Recorded, { ids }: Wanted, warnings: readonly Warning[] = []): Answer<Receipt> => {
  const { eventId: _, ...told } = ids;
  return receiptWith(recorded, told, warnings.length > 0 ? { warnings } : {});
};

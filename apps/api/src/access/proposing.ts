import { Inject, Injectable } from '@nestjs/common';

import {
  actOf,
  type ActProposed,
  approve,
  type By,
  type CaseAct,
  caseFactsOf,
  conclude,
  type FourEyesAct,
  mayOnCase,
  needsApproval,
  noting,
  type Proposal,
  PROPOSAL_LASTS_MS,
  proposalDecider,
  type ProposalDecision,
  type ProposalId,
  proposalStream,
  propose,
  refuse,
  reject,
  type Taken,
  withdraw,
} from '#access';
import { caseDecider, type CaseFile, type Known, streamOf } from '#casework';
import { type CaseId, type Day, type Instant, instantOf, Refused } from '#core';
import { type Command, type Fact, idOfWords, type Receipt, Recorder } from '#event-store';
import { type Access } from '#runtime';

import { Answer } from '../answer.js';
import { type Caller, commandOf } from '../caller.js';
import { actFor, type Data, type Decided, decidedBy, type Wanted } from '../commands.js';
import { ACCESS, KNOWN } from '../given.js';
import { References } from '../references.js';
import { Hiding } from './hiding.js';
import { abroad, disclosing } from './disclosing.js';
import { measuredOf } from './measured.js';
import type { ProposalTold } from './proposal-told.js';
import type { Reader } from './reader.js';
import { asTried, restingOn, saidBy, type Stored } from './stored.js';
import { assertUnsealed } from './sealed.js';
import { aboutImport, type Approved, type StoredImport, type Subject } from './subjects.js';
import { statusOf } from '../http/statuses.js';
import { TakingBack } from './taking-back.js';

/** Acts that a second person approves: proposed here, decided again and recorded once they are approved. */
@Injectable()
export class Proposing {
  constructor(
    @Inject(Recorder) private readonly recorder: Recorder,
    @Inject(ACCESS) private readonly access: Access,
    @Inject(KNOWN) private readonly known: Known,
    @Inject(Hiding) private readonly hiding: Hiding,
    @Inject(TakingBack) private readonly taking: TakingBack,
    @Inject(References) private readonly references: References,
  ) {}

  /**
   * The act that needs a second person, if it does, by the rules as they stand; and if what was told before under the same key was proposed.
   * @throws Refused `idempotency-key-reused`.
   */
  async needed(
    reader: Reader,
    { type, ids }: Wanted,
    { stream, data }: Decided,
    command: Command,
  ): Promise<FourEyesAct | undefined> {
    const disclosed = disclosing[type];
    const act = disclosed ? 'disclosure' : actOf(type, data);
    if (!act) return undefined;
    const { recorder, access } = this;
    const where = await disclosed?.({ recorder, access }, data);
    const file = recorder.kept(stream, caseDecider) ?? (await recorder.read(stream, caseDecider)).state;
    const there = where && abroad(where, file);
    const measured = where ? there && { jurisdiction: there } : measuredOf(act, data, file, this.known);
    if (measured && needsApproval(reader.fourEyes, act, measured)) return act;
    const proposalId = proposalIdOf(command, ids['caseId'] as CaseId);
    const proposed = await this.recorder.read(proposalStream(proposalId), proposalDecider);
    return proposed.repeats(command) ? act : undefined;
  }

  get #now(): Instant {
    return instantOf(this.access.people.now());
  }

  /**
   * Keeps it until somebody approves it. What the law does not admit is refused now. Told again with the same key, it is the
   * same proposal, whatever became of it and of the case; nothing is proposed of what was recorded under the key.
   * @throws Refused what the decision refuses, `stale`, `idempotency-key-reused`.
   */
  async propose(
    act: FourEyesAct,
    reader: Reader,
    wanted: Wanted,
    decided: Decided,
    command: Command,
  ): Promise<Answer<ProposalTold> | undefined> {
    const { actor, commandId, commandHash, marks } = command;
    const caseId = wanted.ids['caseId'] as CaseId;
    const proposalId = proposalIdOf(command, caseId);
    const keyed = { actor, commandId, commandHash, expected: 'any' as const };
    const known = await this.recorder.read(proposalStream(proposalId), proposalDecider);
    const repeated = known.repeats(keyed);
    const { file, facts, isRecorded } = await this.#try(decided, command, repeated);
    if (isRecorded) return undefined;
    if (repeated) return this.#repeat(proposalId, known.state, keyed);
    const { mends } = decided.says;
    const was = mends ? { was: saidBy(file, mends) } : {};
    const stored: Stored = { wanted: asTried(wanted, facts), actor, ...(marks ? { marks } : {}), ...was };
    const by = reader.by(actFor(wanted.type), file);
    const proposed = { proposalId, act, caseId, command: stored as unknown as Data, by, expiresAt: this.#expiry };
    return this.#tell(proposalId, await this.#record(proposalId, propose(proposed), keyed));
  }

  /** The same for a register that is to be taken in. What its rows may say is seen when it is. */
  async proposeImport({ reader, ...caller }: Caller, stored: StoredImport): Promise<Answer<ProposalTold>> {
    const keyed = commandOf({ reader, ...caller }, { import: stored.asked });
    const proposalId = proposalIdOf(keyed);
    const known = await this.recorder.read(proposalStream(proposalId), proposalDecider);
    if (known.repeats(keyed)) return this.#repeat(proposalId, known.state, keyed);
    const jurisdictions = reader.jurisdictionsFor('import');
    const by = reader.byOnBook('import', jurisdictions);
    const command = stored as unknown as Data;
    const proposed = { proposalId, act: 'import' as const, jurisdictions, command, by, expiresAt: this.#expiry };
    return this.#tell(proposalId, await this.#record(proposalId, propose(proposed), keyed));
  }

  get #expiry(): Instant {
    return instantOf(new Date(this.access.people.now().getTime() + PROPOSAL_LASTS_MS));
  }

  async #repeat(proposalId: ProposalId, { proposed }: Proposal, keyed: Command): Promise<Answer<ProposalTold>> {
    return this.#tell(proposalId, await this.#record(proposalId, propose(proposed ?? unknownProposal()), keyed));
  }

  /** Decides it on the case as it stands, and records nothing. What was proposed before is not decided again. */
  async #try(
    { stream, decision }: Decided,
    command: Command,
    repeated: boolean,
  ): Promise<{ file: CaseFile; facts: readonly Fact[]; isRecorded: boolean }> {
    const { state: file, assertExpected, repeats } = await this.recorder.read(stream, caseDecider);
    command.admit?.(file as never);
    const isRecorded = repeats(command);
    if (repeated || isRecorded) return { file, facts: [], isRecorded };
    assertExpected(command);
    return { file, facts: decision(file), isRecorded };
  }

  async #record(proposalId: ProposalId, decision: ProposalDecision, command: Command): Promise<Receipt> {
    return this.recorder.record(proposalStream(proposalId), proposalDecider, [decision], command);
  }

  async #tell(proposalId: ProposalId, { position }: Receipt): Promise<Answer<ProposalTold>> {
    const { proposed, state } = await this.#proposal(proposalId);
    const { act, caseId, expiresAt } = proposed ?? unknownProposal();
    const told = { proposalId, state, act, ...(caseId ? { caseId } : {}), expiresAt, position };
    return new Answer(told, state === 'waiting' ? 202 : 200, { location: `/v1/proposals/${proposalId}` });
  }

  async #proposal(proposalId: ProposalId): Promise<Proposal> {
    return (await this.recorder.read(proposalStream(proposalId), proposalDecider)).state;
  }

  /** The proposal, and what it is about, for one who may act on it. One about what they may not read is as none. */
  async #found(reader: Reader, proposalId: ProposalId): Promise<{ proposal: Proposal; subject: Subject }> {
    const proposal = await this.#proposal(proposalId);
    const { proposed } = proposal;
    if (!proposed) return unknownProposal();
    const { caseId } = proposed;
    if (caseId && (await this.hiding.isHidden(reader, 'consult', caseId))) return unknownProposal();
    const subject = caseId ? await this.#aboutCase(proposed, caseId) : aboutImport(proposed, this.recorder);
    return subject.isSeenBy(reader) ? { proposal, subject } : unknownProposal();
  }

  async #aboutCase({ by, command }: ActProposed['data'], caseId: CaseId): Promise<Subject> {
    const { state: file } = await this.recorder.read(streamOf.case(caseId), caseDecider);
    const { wanted, actor, marks, was } = command as unknown as Stored;
    const { eventId: _, ...ids } = wanted.ids;
    return {
      type: wanted.type,
      actor,
      ...(marks ? { marks } : {}),
      isSeenBy: (reader) => reader.consults(file),
      approver: (reader) => {
        const approver = reader.by('approve', file, by.role);
        assertUnsealed(reader.home, file, wanted, decidedBy(wanted, this.known));
        return approver;
      },
      proposer: (reader) => reader.by(actFor(wanted.type), file),
      assertProposer: () => this.#assertMayStill(by, actFor(wanted.type), file),
      holding: ({ person }, work) =>
        this.references.holding(restingOn(was, decidedBy({ ...wanted, approver: person }, this.known)), work),
      ids: async () => ids,
    };
  }

  async #assertMayStill({ personId }: By, act: CaseAct, file: CaseFile): Promise<void> {
    const { people } = this.access;
    const [principal, rules, facts] = [await people.principal(personId), await people.rules(), caseFactsOf(file)];
    const today = this.#now.slice(0, 10) as Day;
    if (principal && facts && mayOnCase(principal, act, facts, rules.roles, today).yes) return;
    refuse('proposer-not-allowed', 'Who proposed it may not record it any more. Reject it, and have somebody else propose it.'); // prettier-ignore
  }

  /** In force from now on; unless the law does not admit it any more: that is told, and the proposal is settled. */
  async approve(caller: Caller, proposalId: ProposalId, reason?: string): Promise<Answer<object>> {
    const { proposal, subject } = await this.#found(caller.reader, proposalId);
    const by = subject.approver(caller.reader);
    if (proposal.state === 'waiting') await subject.assertProposer();
    await this.#record(
      proposalId,
      approve(by, this.#now, reason),
      commandOf(caller, { proposalId, approved: true, reason }),
    );
    const { state } = await this.#proposal(proposalId);
    if (state === 'expired') refuse('proposal-settled', 'Nobody approved it in time. Propose it again.', { state });
    if (state !== 'approved' && state !== 'carried-out')
      refuse('proposal-settled', `It is ${state} already.`, { state });
    return this.#carryOut(proposalId, subject, by);
  }

  async #carryOut(proposalId: ProposalId, subject: Subject, by: By): Promise<Answer<object>> {
    const recorded = await subject.holding(by, (decided) => this.#recordApproved(proposalId, subject, by, decided));
    const { eventIds, revision, position } = recorded.receipt;
    await this.taking.gone(recorded.facts, { type: subject.type, codes: subject.marks?.handling?.codes }, position);
    const ids = { ...(await subject.ids()), proposalId };
    return new Answer({ ids, eventIds, revision, position }, 201, { etag: `"${revision}"` });
  }

  async #recordApproved(
    proposalId: ProposalId,
    { actor, marks }: Subject,
    { person, authority, jurisdiction }: By,
    { stream, decider, decision }: Approved,
  ): Promise<{ receipt: Receipt; facts: readonly Taken[] }> {
    const commandId = `proposal-${proposalId}`;
    const approvedBy = { person, authority, jurisdiction };
    const command: Command = { actor, commandId, commandHash: proposalId, expected: 'any', causationId: proposalId, approvedBy, ...(marks ? { marks } : {}) }; // prettier-ignore
    const settling = { actor: approvedBy, commandId: `settle-${proposalId}`, commandHash: proposalId, expected: 'any' as const }; // prettier-ignore
    const { decisions, decided: facts } = noting([decision]);
    try {
      const receipt = await this.recorder.record(stream, decider, decisions, command);
      await this.#record(proposalId, conclude({ eventIds: receipt.eventIds }), settling);
      return { receipt, facts };
    } catch (error) {
      if (error instanceof Refused && isFinal(error)) await this.#record(proposalId, conclude({ code: error.code }), settling); // prettier-ignore
      throw error;
    }
  }

  async reject(caller: Caller, proposalId: ProposalId, reason: string): Promise<Answer<ProposalTold>> {
    const { subject } = await this.#found(caller.reader, proposalId);
    const by = subject.approver(caller.reader);
    const command = commandOf(caller, { proposalId, rejected: true, reason });
    return this.#tell(proposalId, await this.#record(proposalId, reject(by, this.#now, reason), command));
  }

  async withdraw(caller: Caller, proposalId: ProposalId): Promise<Answer<ProposalTold>> {
    const { subject } = await this.#found(caller.reader, proposalId);
    const command = commandOf(caller, { proposalId, withdrawn: true });
    return this.#tell(proposalId, await this.#record(proposalId, withdraw(subject.proposer(caller.reader)), command));
  }
}

/** The same key of the same person, the same proposal: a key counts within a case, or for registers of cases. */
const proposalIdOf = ({ actor, commandId }: Command, caseId?: CaseId): ProposalId =>
  idOfWords('proposal', actor.authority, actor.person, commandId, ...(caseId ? [caseId] : [])) as string as ProposalId;

/** Whether the law refuses it; that something does not answer, or is full, is no answer to a proposal. */
const isFinal = ({ code }: Refused): boolean => statusOf(code) < 500;

const unknownProposal = (): never =>
  refuse('proposal-unknown', 'There is no such proposal here, or there was none then.');

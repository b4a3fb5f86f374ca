import { Inject, Injectable } from '@nestjs/common';

import {
  caseDecider,
  type CaseDecision,
  type CaseEvent,
  decide,
  decideNetwork,
  decideOperation,
  type Identifier,
  identifierOf,
  type Known,
  networkDecider,
  type NetworkEvent,
  operationDecider,
  type OperationEvent,
  refuse,
  streamOf,
} from '#casework';
import type { CaseId, EventId, NetworkId, OperationId } from '#core';
import { type Command, commandHashOf, idOfWords, type Receipt as Recorded, Recorder } from '#event-store';
import { ReadModels } from '#read-models';

import { Answer, etagOf, type Receipt, type Warning } from './answer.js';
import type { Caller } from './caller.js';
import { checked } from './checker.js';
import { bodyOf, type CorrectEntry, type VoidEntry } from './corrections.bodies.js';
import { Invalid } from './invalid.js';
import { assertThere } from './references.js';
import type { Told } from './told.js';

type Fact = (CaseEvent | NetworkEvent | OperationEvent)['type'];
type Ids = Readonly<Record<string, string>>;
type Data = Readonly<Record<string, unknown>>;
type Root = 'caseId' | 'networkId' | 'operationId';

/** The ids a write makes, unless its body brings them: of the actor and the key, so that a retry means the same thing. */
export type Made = Root | 'assetId' | 'newAssetId' | 'orderId';

const roots: readonly Root[] = ['caseId', 'networkId', 'operationId'];

const madeId = ({ actor, commandId }: Caller, made: Made): string =>
  idOfWords(made, actor.authority, actor.person, commandId);

/**
 * Input as the law takes it: the identifiers read, the rest as it was told.
 * @throws Refused `identifier-malformed`, `country-unknown`.
 */
const inputOf = (body: Data, at = ''): Data => {
  const { identifiers } = body;
  if (!Array.isArray(identifiers)) return body;
  const read = (one: unknown, index: number): Identifier =>
    identifierOf(one as Parameters<typeof identifierOf>[0], `${at}/identifiers/${index}`);
  return { ...body, identifiers: identifiers.map(read) };
};

/** What is recorded as it was told, though it looks like a slip. */
const warningsOf = ({ identifiers }: Data, at = ''): Warning[] =>
  ((identifiers ?? []) as readonly Identifier[]).flatMap(({ check, kind }, index) =>
    check === 'mismatch'
      ? [
          {
            pointer: `${at}/identifiers/${index}/raw`,
            code: 'checksum-mismatch',
            message: `The check digit of this ${kind} is wrong. It is recorded as it was given; correct the entry if it is a slip.`,
          },
        ]
      : [],
  );

/** What a measure leaves out is filled in when it is recorded; a correction that leaves it out keeps what was filled in. */
const FILLED = ['shareBp', 'jurisdiction', 'power', 'final'] as const;
const IDS = ['assetId', 'newAssetId', 'orderId'] as const;

const kept = (standing: Data, told: Data, type: string): Data => {
  const ids = IDS.filter((key) => key !== 'orderId' || type.startsWith('Order'));
  const filled = type.startsWith('Asset') && 'shareBp' in standing ? FILLED.filter((key) => !(key in told)) : [];
  return Object.fromEntries([...ids, ...filled].flatMap((key) => (key in standing ? [[key, standing[key]]] : [])));
};

/** By which Nest hands over what decisions may look up. */
export const KNOWN = Symbol('known');

/** Turns what was told into a decision, has it recorded, and answers with a receipt. */
@Injectable()
export class Recording {
  constructor(
    @Inject(Recorder) private readonly recorder: Recorder,
    @Inject(ReadModels) private readonly readModels: ReadModels,
    @Inject(KNOWN) private readonly known: Known,
  ) {}

  /** @throws Invalid `if-match-required`; Refused what the law or the recorder refuses. */
  async record(type: Fact, told: Told, made?: Made): Promise<Answer<Receipt>> {
    const body = told.body as Data;
    const ids: Ids = { ...told.path, ...(made ? { [made]: (body[made] as string) ?? madeId(told.caller, made) } : {}) };
    const root = roots.find((key) => key in ids && (key in told.path || key === made));
    if (!root) throw new Error(`${type} belongs to no stream`);
    const command = this.#command(type, told, made === root);
    const { caseId: _, ...others } = ids;
    const data = inputOf({ ...body, ...(type === 'CaseOpened' ? ids : others) });
    await assertThere(this.readModels.store, type, data);
    return receiptOf(await this.#settle(root, ids[root] ?? '', type, data, command), ids, warningsOf(data));
  }

  async voidEntry(told: Told<VoidEntry>): Promise<Answer<Receipt>> {
    const input = { ...told.body, eventId: told.path['eventId'] as EventId, author: told.caller.actor.person };
    return this.#mend('EntryVoided', told, decide.EntryVoided(input));
  }

  /** The body of the correction is the body of the entry's own type; what it is about is taken from the entry. */
  async correctEntry(told: Told<CorrectEntry>): Promise<Answer<Receipt>> {
    const { type, reason, approvedBy } = told.body;
    const body = inputOf(checked(bodyOf[type], told.body.data, '/data') as Data, '/data');
    const eventId = told.path['eventId'] as EventId;
    const decision: CaseDecision = (file, known) => {
      const found = file.entries.get(eventId);
      if (found && found.event.type !== type) {
        const detail = { type: found.event.type };
        refuse('entry-of-another-thing', `The entry is of type ${found.event.type}.`, detail, '/type');
      }
      const standing = (found?.corrected ?? found?.event)?.data as Data | undefined;
      const data = { ...body, ...kept(standing ?? {}, body, type) } as never;
      return decide.EntryCorrected({ eventId, data, reason, approvedBy, author: told.caller.actor.person })(
        file,
        known,
      );
    };
    return this.#mend('EntryCorrected', told, decision, warningsOf(body, '/data'));
  }

  async #mend(type: Fact, told: Told, decision: CaseDecision, warnings: Warning[] = []): Promise<Answer<Receipt>> {
    const caseId = told.path['caseId'] as CaseId;
    const decided = [(file: Parameters<CaseDecision>[0]) => decision(file, this.known)];
    const command = this.#command(type, told, false);
    return receiptOf(
      await this.recorder.record(streamOf.case(caseId), caseDecider, decided, command),
      told.path,
      warnings,
    );
  }

  #settle(root: Root, id: string, type: Fact, data: Data, command: Command): Promise<Recorded> {
    if (root === 'networkId') {
      const decision = decideNetwork[type as NetworkEvent['type']](data as never);
      return this.recorder.record(streamOf.network(id as NetworkId), networkDecider, [decision], command);
    }
    if (root === 'operationId') {
      const decision = decideOperation[type as OperationEvent['type']](data as never);
      return this.recorder.record(streamOf.operation(id as OperationId), operationDecider, [decision], command);
    }
    const decision = decide[type as CaseEvent['type']](data as never);
    const decided = [(file: Parameters<CaseDecision>[0]) => decision(file, this.known)];
    return this.recorder.record(streamOf.case(id as CaseId), caseDecider, decided, command);
  }

  #command(type: Fact, { caller, path, body }: Told, opens: boolean): Command {
    const { expected, ...by } = caller;
    const commandHash = commandHashOf({ type, path, body });
    if (opens) return { ...by, commandHash, expected: expected ?? 'any', fresh: true };
    if (expected !== undefined) return { ...by, commandHash, expected };
    const hint = 'Send If-Match with the ETag you know, or * to record whatever changed meanwhile.';
    throw new Invalid('if-match-required', hint, [], 428);
  }
}

const receiptOf = (recorded: Recorded, { eventId: _, ...ids }: Ids, warnings: readonly Warning[]): Answer<Receipt> => {
  const { eventIds, revision, position } = recorded;
  const receipt = { ids, eventIds, revision, position, ...(warnings.length > 0 ? { warnings } : {}) };
  return new Answer(receipt, eventIds.length > 0 ? 201 : 200, etagOf(revision));
};

import {
  assertCovered,
  caseDecider,
  type CaseFile,
  type DuplicateDeclared,
  isNaming,
  type Reference,
  referencesOf,
  refuseSurvivor,
  refuseUnknown,
  streamOf,
  survives,
} from '#casework';
import type { Decider, Recorder } from '#event-store';

import type { Mapping } from './mapping.js';
import { orNone } from './question.js';
import { readRows } from './read.js';
import { applies, fieldsOf, type Keys, keysOf } from './row.js';
import type { Row } from './values.js';

interface Naming {
  readonly file: string;
  readonly mapping: Mapping;
  readonly recorder: Pick<Recorder, 'read'>;
  /** Whether who has it taken in may know of a case; an operator at the book of all. */
  readonly sees?: ((file: CaseFile) => boolean) | undefined;
}

/** @throws Refused `*-unknown` when a fact names what is neither in the book nor in the register; `survivor-not-active`, `duplicate-is-held`. */
export type AssertNamed = (type: string, data: object, file: CaseFile) => void;

/** Of a stream, only whether it is there. */
const anything: Decider<undefined> = { initial: () => undefined, evolve: () => undefined };

/** What the book has of what facts name: of a case that may be known of, its file. */
type Found = CaseFile | boolean;

/** What the facts of a row name outside their case. */
const referencesIn = (mapping: Mapping, row: Row, keys: Keys): Reference[] =>
  mapping.facts
    .filter(({ when }) => applies(mapping, row, when))
    .flatMap(({ events }) => events.filter(({ type, when }) => isNaming(type) && applies(mapping, row, when)))
    .flatMap(({ type, fields }) => orNone(() => referencesOf(type, fieldsOf(type, fields, mapping, row, keys))));

const find = async ({ recorder, sees }: Naming, { stream, code }: Reference): Promise<Found> => {
  if (code !== 'case-unknown') return (await recorder.read(stream, anything)).revision >= 0;
  const { state, revision } = await recorder.read(stream, caseDecider);
  return revision >= 0 && (sees?.(state) ?? true) && state;
};

/**
 * Looks, before anything is recorded, for what the facts of a register name: networks, operations, and cases of other rows too. Whether
 * an asset counts of which another is a duplicate, and came as far, is known of the cases that the register does not speak of.
 */
export const namedIn = async (asked: Naming): Promise<AssertNamed> => {
  const { file, mapping } = asked;
  const known = new Map<string, Found>();
  if (mapping.facts.some(({ events }) => events.some(({ type }) => isNaming(type)))) {
    const named = new Map<string, Reference>();
    for await (const { row } of readRows(file, mapping)) {
      for (const keys of orNone(() => [keysOf(mapping, row)])) {
        known.set(streamOf.case(keys.caseId), true);
        for (const reference of orNone(() => referencesIn(mapping, row, keys))) named.set(reference.stream, reference);
      }
    }
    for (const [stream, reference] of named) if (!known.has(stream)) known.set(stream, await find(asked, reference));
  }
  return (type, data, file) => {
    for (const reference of referencesOf(type, data)) {
      const [found, { survivorId }] = [known.get(reference.stream) ?? false, reference];
      if (found === false) refuseUnknown(reference);
      if (!survivorId || typeof found !== 'object') continue;
      if (!survives(found, survivorId)) refuseSurvivor(survivorId, '/survivorId');
      const duplicate = file.assets.get((data as DuplicateDeclared['data']).assetId);
      if (duplicate && !duplicate.duplicateOf) assertCovered(duplicate, found.asset(survivorId));
    }
  };
};

import { caseDecider, type CaseFile, type EventOf, streamOf } from '#casework';
import { type CountryCode, type PersonId, Refused } from '#core';
import type { Recorder } from '#event-store';

import type { Mapping } from './mapping.js';
import { orNone } from './question.js';
import { type Numbered, readRows } from './read.js';
import { applies, columnIn, columnsOf, fieldsOf, type Keys, keysOf } from './row.js';

/** What somebody may have taken in; an operator at the book has none. */
export interface Admission {
  /** They work on the cases that the register opens. */
  readonly team: readonly PersonId[];
  /** Which of these cases stand in the book. It must have seen all that is recorded. */
  readonly standing: (caseIds: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Sees what they may by now: asked before each row. */
  readonly renew: () => Promise<void>;
  /**
   * Whether they may record in the case as it stands; where there is none, or none that they know of, open one of this jurisdiction.
   * @throws Refused, with `/jurisdiction` or `/caseId` as its place.
   */
  readonly admit: (file: CaseFile, jurisdiction: () => CountryCode) => void;
  /** Whether they may read any of a case; not of one that is not there. */
  readonly sees: (file: CaseFile) => boolean;
}

/** A row is not for who has it taken in: the import ends, and says where. */
export class NotAdmitted extends Refused {
  constructor({ code, message, at }: Refused, line: number, column: string) {
    super(code, `Line ${line}, column ${column}: ${message}`, { line, column }, at);
  }
}

/** The first fact of a case opens it, as its row says. @throws Question as `fieldsOf`. */
export const openingOf = (mapping: Mapping, { row }: Numbered, keys: Keys, team: readonly PersonId[] = []) => ({
  ...(fieldsOf('CaseOpened', mapping.case.fields, mapping, row, keys) as EventOf<'CaseOpened'>['data']),
  ...(team.length > 0 ? { team: [...team] } : {}),
});

/** Asked of a case before anything of a row is recorded there. @throws NotAdmitted; Question as `fieldsOf`. */
export const admitting =
  (admission: Admission, mapping: Mapping, line: Numbered, keys: Keys) =>
  (file: CaseFile): void => {
    try {
      admission.admit(file, () => openingOf(mapping, line, keys).jurisdiction);
    } catch (error) {
      throw error instanceof Refused ? new NotAdmitted(error, line.number, blamed(mapping, error.at)) : error;
    }
  };

const blamed = ({ case: { key, fields } }: Mapping, at: string | undefined): string =>
  at === '/jurisdiction' ? (columnIn(fields['jurisdiction']) ?? 'jurisdiction') : columnsOf(key);

/** Whether anything is told of a row; where that cannot be known of a fact, neither it nor those after it are. */
const tells = (mapping: Mapping, { row }: Numbered): boolean =>
  orNone(() =>
    mapping.facts.some(
      ({ when, events }) => applies(mapping, row, when) && events.some((event) => applies(mapping, row, event.when)),
    )
      ? [row]
      : [],
  ).length > 0;

interface Admitting {
  readonly file: string;
  readonly mapping: Mapping;
  readonly recorder: Pick<Recorder, 'read'>;
  readonly admission: Admission;
}

const AT_ONCE = 5_000;

/** Sees of all rows, before anything is recorded, whether they are for who has them taken in. @throws NotAdmitted for the first that is not. */
export const assertAdmitted = async (asked: Admitting): Promise<void> => {
  let lines: Numbered[] = [];
  const judge = async (): Promise<void> => {
    await judged(asked, lines);
    lines = [];
  };
  for await (const line of readRows(asked.file, asked.mapping)) {
    if (tells(asked.mapping, line)) lines.push(line);
    if (lines.length >= AT_ONCE) await judge();
  }
  await judge();
};

const judged = async ({ mapping, recorder, admission }: Admitting, lines: readonly Numbered[]): Promise<void> => {
  const keyed = lines.flatMap((line) => orNone(() => [{ line, keys: keysOf(mapping, line.row) }]));
  const standing = await admission.standing([...new Set(keyed.map(({ keys }) => keys.caseId))]);
  const files = new Map<string, CaseFile>();
  for (const { line, keys } of keyed) {
    await admission.renew();
    const { caseId } = keys;
    if (standing.has(caseId) && !files.has(caseId))
      files.set(caseId, (await recorder.read(streamOf.case(caseId), caseDecider)).state);
    const file = files.get(caseId) ?? caseDecider.initial();
    orNone(() => [admitting(admission, mapping, line, keys)(file)]);
  }
};

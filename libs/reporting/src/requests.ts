import type { Limits, Scope } from '#access';
import { type PersonId, periodOf } from '#core';
import { canonical, type Decider, type Decision, type Fact, idOfWords } from '#event-store';
import type { Grouping } from '#read-models';

import type { ExportAsked, Format } from './export.js';

// Stored names and fields: add, never change.

/** What files were asked for, all in one stream: whoever writes them sees at once which are owed. */
export const EXPORTS_STREAM = 'requests-exports';
export const EXPORTS_QUEUE = 'exports';

/** A file of figures was asked for. The question is whole: it names the position up to which the book counts. */
export interface FiguresExportAsked {
  readonly type: 'FiguresExportAsked';
  readonly data: {
    readonly exportId: string;
    /** As it was asked: 2016Q3, 2016H1, 2016 or 2016Q1..2017Q2. */
    readonly period: string;
    readonly by: readonly Grouping[];
    /** Each by its name and version. None, where it was asked for before files named all that they tell. */
    readonly definitions: readonly string[];
    readonly format: Format;
    readonly asOf: number;
    /** The hash of the last event up to there: a log that was restored and went on otherwise has another. Without, none was kept. */
    readonly asOfHash?: string;
    /** The limits of who asked. Without, it is of the whole book. */
    readonly scope?: Limits;
    /** Who asked, and may have it. */
    readonly askedBy?: PersonId;
  };
}

/** The file cannot be written as it was asked for, and never will: with the code of the refusal. */
export interface FiguresExportRefused {
  readonly type: 'FiguresExportRefused';
  readonly data: { readonly exportId: string; readonly code: string };
}

export type ExportEvent = FiguresExportAsked | FiguresExportRefused;
export type ExportQuestion = Omit<FiguresExportAsked['data'], 'exportId'>;

export interface ExportRequest {
  readonly asked: FiguresExportAsked['data'];
  refused?: string;
}

/** By the id of the export, in the order in which they were asked for. */
export type ExportRequests = Map<string, ExportRequest>;

export const exportsDecider: Decider<ExportRequests> = {
  initial: () => new Map(),
  evolve(requests, { type, data }: Fact) {
    const { exportId, code } = data as { exportId: string; code: string };
    const known = requests.get(exportId);
    if (type === 'FiguresExportAsked') requests.set(exportId, { asked: data as FiguresExportAsked['data'] });
    else if (type === 'FiguresExportRefused' && known) known.refused = code;
    else throw new Error(`nobody knows what ${type} means for an export`);
    return requests;
  },
};

/** The id of an export derives from its question: the same one within the same limits, up to the same event, is one file. */
export const exportIdOf = (question: ExportQuestion): string => {
  const { period, by, definitions, format, asOf, asOfHash, scope, askedBy } = question;
  const within = scope ? [canonical(scope), askedBy ?? ''] : [];
  const history = asOfHash === undefined ? [] : [asOfHash];
  return idOfWords('figures', period, by.join(), definitions.join(), format, asOf, ...within, ...history);
};

export const askForFigures =
  (question: ExportQuestion): Decision<ExportRequests> =>
  (requests) => {
    periodOf(question.period, '/period');
    const exportId = exportIdOf(question);
    if (requests.has(exportId)) return [];
    return [{ type: 'FiguresExportAsked', data: { exportId, ...question } } satisfies FiguresExportAsked];
  };

export const refuseExport =
  (exportId: string, code: string): Decision<ExportRequests> =>
  (requests) =>
    !requests.has(exportId) || requests.get(exportId)?.refused
      ? []
      : [{ type: 'FiguresExportRefused', data: { exportId, code } } satisfies FiguresExportRefused];

/** What a file tells of which no figures are named: all that there were until they were named. It stays so. */
const UNNAMED = [
  'value-identified', 'value-seized', 'value-restrained-again', 'value-confiscated-not-final', 'value-confiscated', 'value-released',
  'value-realised', 'value-public-use', 'value-victims', 'value-shared', 'value-destroyed', 'value-lost', 'value-held',
].map((name) => `${name}@1`); // prettier-ignore

const toldIn = ({ definitions, by }: ExportQuestion): readonly string[] => {
  if (definitions.length > 0) return definitions;
  return by.includes('quarter') ? UNNAMED.filter((id) => id !== 'value-held@1') : UNNAMED;
};

/** What the question asks of the read models. Whether its position may be looked back to was decided when it was asked. */
export const askedOf = (question: ExportQuestion): ExportAsked => ({
  period: periodOf(question.period),
  by: question.by,
  definitions: toldIn(question),
  asOf: question.asOf,
  fixed: true,
});

/** Of whose cases it tells. */
export const scopeOf = ({ scope }: ExportQuestion): Scope => scope ?? 'whole';

/** The name of its file: the question, the position and, by its id, the history up to there; nothing of its content. */
export const fileNameOf = ({ exportId, period, asOf, format }: FiguresExportAsked['data']): string =>
  `figures-${period}-at-${asOf}-${exportId}.${format}`;

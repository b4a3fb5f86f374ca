import { readFile } from 'node:fs/promises';

import { Ajv } from 'ajv';
import iconv from 'iconv-lite';
import { LineCounter, parseDocument } from 'yaml';

import type { CaseEvent } from '#casework';
import { Refused } from '#core';

/** A condition on the columns of a row. */
export type Condition =
  | { readonly column: string; readonly filled: boolean }
  | { readonly column: string; readonly equals: string }
  | { readonly column: string; readonly in: readonly string[] }
  /** Only its letters, in upper case, are compared: `U.S.C.` has the letters `USC`. */
  | { readonly column: string; readonly letters: string }
  | { readonly any: readonly Condition[] }
  | { readonly all: readonly Condition[] };

/** How one field of an event comes out of a row: a constant, a text with `{Column}` in it, or one of these. */
export type Field =
  | string
  | number
  | boolean
  | readonly Field[]
  | { readonly day: string; readonly window?: string; readonly missing?: string }
  | {
      readonly amount: string;
      readonly currency: string;
      readonly decimal?: string;
      readonly thousands?: string;
      readonly pattern?: string;
    }
  | {
      readonly map: string;
      readonly values: Readonly<Record<string, Field>>;
      readonly questions?: Readonly<Record<string, string>>;
    }
  | { readonly choose: readonly { readonly when: Condition; readonly value: Field }[]; readonly else: Field }
  | { readonly [name: string]: Field };

export interface MappedEvent {
  readonly type: CaseEvent['type'];
  readonly when?: Condition;
  readonly fields: Readonly<Record<string, Field>>;
}

export interface Mapping {
  readonly name: string;
  readonly version: number;
  readonly file: { readonly encoding: string; readonly delimiter: string };
  readonly columns: readonly string[];
  /** Columns that must not be taken in, into no fact and no question. */
  readonly drop?: readonly string[];
  readonly days: readonly string[];
  readonly windows?: Readonly<Record<string, { readonly from: string; readonly to: string; readonly code: string }>>;
  readonly case: { readonly key: readonly string[]; readonly fields: Readonly<Record<string, Field>> };
  readonly asset: { readonly key: readonly string[] };
  /** In order; the events of a fact are recorded together or not at all. */
  readonly facts: readonly {
    readonly name: string;
    readonly when?: Condition;
    readonly events: readonly MappedEvent[];
  }[];
  /** Rows that stand as recorded and still raise a question. */
  readonly questions?: readonly {
    readonly when: Condition;
    readonly column: string;
    readonly code: string;
    readonly reason: string;
  }[];
}

const text = { type: 'string', minLength: 1 } as const;
const fields = { type: 'object', minProperties: 1 } as const;
const condition = { type: 'object', minProperties: 1 } as const;

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'version', 'file', 'columns', 'days', 'case', 'asset', 'facts'],
  properties: {
    name: { ...text, pattern: '^[a-z0-9-]+$' },
    version: { type: 'integer', minimum: 1 },
    file: {
      type: 'object',
      additionalProperties: false,
      required: ['encoding', 'delimiter'],
      properties: { encoding: text, delimiter: { type: 'string', minLength: 1, maxLength: 1 } },
    },
    columns: { type: 'array', minItems: 1, items: text },
    drop: { type: 'array', items: text },
    days: {
      type: 'array',
      minItems: 1,
      items: { enum: ['YYYY-MM-DD', 'DD/MM/YYYY', 'MM/DD/YYYY', 'DD.MM.YYYY', 'YYYYMMDD'] },
    },
    windows: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['from', 'to', 'code'],
        properties: { from: text, to: text, code: text },
      },
    },
    case: {
      type: 'object',
      additionalProperties: false,
      required: ['key', 'fields'],
      properties: { key: { type: 'array', minItems: 1, items: text }, fields },
    },
    asset: {
      type: 'object',
      additionalProperties: false,
      required: ['key'],
      properties: { key: { type: 'array', minItems: 1, items: text } },
    },
    facts: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'events'],
        properties: {
          name: text,
          when: condition,
          events: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['type', 'fields'],
              properties: { type: text, when: condition, fields },
            },
          },
        },
      },
    },
    questions: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['when', 'column', 'code', 'reason'],
        properties: { when: condition, column: text, code: text, reason: text },
      },
    },
  },
};

const validate = new Ajv({ allErrors: true }).compile<Mapping>(schema);

const refuse = (line: number, column: number, message: string): never => {
  throw new Refused('mapping-malformed', `Line ${line}, column ${column}: ${message}`, { line, column });
};

/** Columns that a mapping speaks of, in templates, conditions and fields. */
const columnsIn = (node: unknown): string[] => {
  if (typeof node === 'string')
    return [...node.matchAll(/\{([^{}:]+)\}/g)]
      .map(([, name]) => name ?? '')
      .filter((name) => !/^(case|asset)\./.test(name));
  if (Array.isArray(node)) return node.flatMap(columnsIn);
  if (!node || typeof node !== 'object') return [];
  const { column, day, amount, map } = node as Record<string, unknown>;
  const named = [column, day, typeof (node as { currency?: unknown }).currency === 'string' ? amount : undefined, map];
  return [
    ...named.filter((name) => typeof name === 'string' && !name.includes('{')),
    ...Object.values(node).flatMap(columnsIn),
  ] as string[];
};

/**
 * Reads a mapping.
 * @throws Refused `mapping-malformed` with line and column of the first thing that is wrong.
 */
export const parseMapping = (yaml: string): Mapping => {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): { line: number; col: number } => lines.linePos(offset);
  const [broken] = document.errors;
  if (broken) {
    const { line, col } = at(broken.pos[0]);
    refuse(line, col, broken.message);
  }
  const mapping = document.toJS() as unknown;
  if (!validate(mapping)) {
    const [error] = validate.errors ?? [];
    const path = (error?.instancePath ?? '').split('/').slice(1);
    const node = path.length > 0 ? document.getIn(path, true) : document.contents;
    const { line, col } = at((node as { range?: number[] } | undefined)?.range?.[0] ?? 0);
    const extra = (error?.params as { additionalProperty?: string }).additionalProperty;
    return refuse(
      line,
      col,
      `${error?.instancePath || 'the mapping'} ${error?.message ?? 'is wrong'}${extra ? `: ${extra}` : ''}`,
    );
  }
  if (!iconv.encodingExists(mapping.file.encoding)) refuse(1, 1, `no such encoding: ${mapping.file.encoding}`);
  const unknown = columnsIn([mapping.case, mapping.asset, mapping.facts, mapping.questions]).find(
    (name) => !mapping.columns.includes(name),
  );
  if (unknown) {
    const offset = Math.max(0, yaml.indexOf(unknown, yaml.indexOf('case:')));
    const { line, col } = at(offset);
    refuse(line, col, `no such column: ${unknown}`);
  }
  const dropped = mapping.drop?.find((name) => mapping.columns.includes(name));
  if (dropped) refuse(1, 1, `${dropped} is dropped and used`);
  return mapping;
};

/** @throws Refused `mapping-malformed`. */
export const readMapping = async (path: string): Promise<Mapping> => parseMapping(await readFile(path, 'utf8'));

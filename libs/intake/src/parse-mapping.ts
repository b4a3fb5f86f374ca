import { readFile, stat } from 'node:fs/promises';

import { Ajv } from 'ajv';
import { type Document, isMap, isScalar, LineCounter, parseDocument, visit, type YAMLMap } from 'yaml';

import { Refused } from '#core';

import { problemsIn } from './check.js';
import type { Mapping } from './mapping.js';
import { mappingSchema } from './schema.js';

const validate = new Ajv({ strict: false, verbose: true }).compile<Mapping>(mappingSchema);

type Path = readonly (string | number)[];

/** @throws Refused always: `mapping-malformed`, with the place in the file. */
const refuse = (lines: LineCounter, offset: number, message: string): never => {
  const { line, col: column } = lines.linePos(offset);
  throw new Refused('mapping-malformed', `Line ${line}, column ${column}: ${message}`, { line, column });
};

/** Where a path lies in the file; the nearest thing around it when it is not there. */
const offsetOf = (document: Document.Parsed, path: Path): number => {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as { range?: number[] } | undefined;
    if (node?.range) return node.range[0] ?? 0;
  }
  return document.contents?.range[0] ?? 0;
};

/** What the schema says first, and where. */
const firstError = (): { path: Path; message: string } => {
  const [error] = validate.errors ?? [];
  const path = (error?.instancePath ?? '').split('/').slice(1).map(unescaped);
  const { additionalProperty: extra, allowedValues } = (error?.params ?? {}) as Record<string, unknown>;
  if (typeof extra === 'string') return { path: [...path, extra], message: `${extra} is not known here` };
  const { description } = (error?.parentSchema ?? {}) as { description?: string };
  const say = description ?? error?.message ?? 'is wrong';
  const choice = Array.isArray(allowedValues) ? `: ${allowedValues.join(', ')}` : '';
  return { path, message: `${path.join('/') || 'the mapping'} ${say}${choice}` };
};

/** Where a key stands for the second time. The parser holds each to each: 30,000 take it half a minute. */
const secondIn = ({ items }: YAMLMap): number | undefined => {
  const seen = new Set<unknown>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value)) return key.range?.[0] ?? 0;
    seen.add(key.value);
  }
  return undefined;
};

/** As the parser counts: a key and its value are two. What checks a mapping goes as deep as it is. */
const DEEPEST = 64;

/** One alias may stand for a billion nodes, and nothing here needs any. @throws Refused `mapping-malformed`. */
const assertWrittenOut = (document: Document, lines: LineCounter): void =>
  visit(document, {
    Alias: (_, { range }) => refuse(lines, range?.[0] ?? 0, 'write it out instead of naming it by an alias.'),
    Collection(_, within, path) {
      if (path.length > DEEPEST) refuse(lines, within.range?.[0] ?? 0, 'it lies too deep in other things.');
      const second = isMap(within) ? secondIn(within) : undefined;
      if (second !== undefined) refuse(lines, second, 'a key is written once.');
    },
  });

const unescaped = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

/**
 * Reads a mapping and checks it whole: its form, the columns, patterns and windows it speaks of, and the fields each event needs.
 * @throws Refused `mapping-malformed` with line and column of the first thing that is wrong.
 */
export const parseMapping = (yaml: string): Mapping => {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const [broken] = document.errors;
  if (broken) return refuse(lines, broken.pos[0], broken.message);
  assertWrittenOut(document, lines);
  const mapping = document.toJS() as unknown;
  if (!validate(mapping)) {
    const { path, message } = firstError();
    return refuse(lines, offsetOf(document, path), message);
  }
  for (const { path, message } of problemsIn(mapping)) return refuse(lines, offsetOf(document, path), message);
  return mapping;
};

const MOST_KB = 256;

/** @throws Refused `mapping-malformed`; of one that is too large, before a byte of it is read. */
export const readMapping = async (path: string): Promise<Mapping> => {
  if ((await stat(path)).size > MOST_KB * 1024)
    throw new Refused('mapping-malformed', `A mapping has at most ${MOST_KB} kB.`, { mostKb: MOST_KB });
  return parseMapping(await readFile(path, 'utf8'));
};

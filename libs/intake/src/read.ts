import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { Transform, type TransformCallback } from 'node:stream';

import { CsvError, parse } from 'csv-parse';
import iconv from 'iconv-lite';

import { Refused } from '#core';

import type { Mapping } from './mapping.js';
import type { Row } from './values.js';

/** A row of the register and its number, as a spreadsheet counts: the header, if any, is a row, and so is an empty line. */
export interface Numbered {
  readonly number: number;
  readonly row: Row;
}

const malformed = (line: number, column: number | string, message: string): Refused =>
  new Refused('file-malformed', `Line ${line}, column ${column}: ${message}. Nothing was taken in.`, { line, column });

const NEWLINE = 0x0a;
const LONGEST_RECORD = 1_000_000;

/** What a decoder makes of bytes that its encoding does not know. */
const UNKNOWN = /\ufffd|\p{Surrogate}/u;

/** Bytes to text; bytes that the encoding does not know stop it, at their line and column. */
class Decoding extends Transform {
  readonly #decoder;
  readonly #utf8: boolean;
  #rest: Buffer = Buffer.alloc(0);
  #line = 1;

  constructor(private readonly encoding: string) {
    super({ readableObjectMode: false, decodeStrings: false, encoding: 'utf8' });
    this.#decoder = iconv.getDecoder(encoding);
    this.#utf8 = /^utf-?8$/i.test(encoding);
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    const bytes = Buffer.concat([this.#rest, chunk]);
    const whole = this.#utf8 ? bytes.lastIndexOf(NEWLINE) + 1 || wholeLetters(bytes) : bytes.length;
    this.#rest = bytes.subarray(whole);
    this.#decode(bytes.subarray(0, whole), done);
  }

  override _flush(done: TransformCallback): void {
    this.#decode(this.#rest, (error) => {
      const end = error ? undefined : this.#decoder.end();
      if (end) this.push(end);
      done(error);
    });
  }

  #decode(bytes: Buffer, done: TransformCallback): void {
    const text = this.#decoder.write(bytes);
    if (this.#utf8 ? !isUtf8(bytes) : UNKNOWN.test(text)) return done(this.#undecodable(bytes, text));
    this.#line += text.split('\n').length - 1;
    if (text) this.push(text);
    done();
  }

  #undecodable(bytes: Buffer, text: string): Refused {
    const lines = text.split('\n');
    const raw = this.#utf8 ? linesOf(bytes) : [];
    const bad = this.#utf8 ? raw.findIndex((line) => !isUtf8(line)) : lines.findIndex((one) => UNKNOWN.test(one));
    const column = (lines[bad]?.search(UNKNOWN) ?? 0) + 1;
    return malformed(this.#line + bad, column, `these bytes are no ${this.encoding}`);
  }
}

/** Of a line without an end so far, as much as holds no half of a letter; none of it while it is short. */
const wholeLetters = (bytes: Buffer): number => {
  if (bytes.length < LONGEST_RECORD) return 0;
  let end = bytes.length;
  while (end > bytes.length - 4 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1;
  return end - 1;
};

const linesOf = (bytes: Buffer): Buffer[] => {
  const lines: Buffer[] = [];
  for (let from = 0; from <= bytes.length;) {
    const end = bytes.indexOf(NEWLINE, from);
    lines.push(bytes.subarray(from, end < 0 ? bytes.length : end));
    from = end < 0 ? bytes.length + 1 : end + 1;
  }
  return lines;
};

/** Only the columns the mapping reads get a name; all others are left out as they are parsed. */
const headed = (mapping: Mapping, header: readonly string[]): (string | false)[] => {
  const named = header.map((name) => name.trim());
  for (const name of mapping.columns) {
    if (!named.includes(name)) throw malformed(1, name, 'the column is missing');
    if (named.indexOf(name) !== named.lastIndexOf(name)) throw malformed(1, name, 'the column is there twice');
  }
  return named.map((name) => (mapping.columns.includes(name) ? name : false));
};

/** A row, and how many of them and of empty lines there are up to it. */
interface Read {
  readonly record: Row;
  readonly info: { readonly records: number; readonly empty_lines: number };
}

const say = (error: CsvError): Refused => {
  const { lines, column } = error as unknown as { lines?: number; column?: number | string };
  return malformed(lines ?? 0, column ?? 1, error.message.replace(/\.$/, ''));
};

/**
 * Reads a delimited file row by row, in memory that does not grow with it.
 * @throws Refused `file-malformed` with line and column: no header where there must be one, an open quote, a row of another length, a column that is missing,
 * bytes that the encoding does not know; `file-unreadable`.
 */
export const readRows = async function* (path: string, mapping: Mapping): AsyncGenerator<Numbered, void> {
  const { encoding, delimiter, quote = '"', names } = mapping.file;
  let begun = names !== undefined;
  const begin = (header: string[]): (string | false)[] => {
    begun = true;
    return headed(mapping, header);
  };
  const parser = parse({
    delimiter,
    quote,
    bom: true,
    skip_empty_lines: true,
    info: true,
    max_record_size: LONGEST_RECORD,
    columns: names ? headed(mapping, names) : begin,
  });
  const bytes = createReadStream(path);
  const text = new Decoding(encoding);
  for (const stream of [bytes, text]) stream.on('error', (error: Error) => parser.destroy(error));
  bytes.pipe(text).pipe(parser);
  const before = names ? 0 : 1;
  try {
    for await (const { record: row, info } of parser as AsyncIterable<Read>)
      yield { number: before + info.records + info.empty_lines, row };
    if (!begun) throw malformed(1, 1, 'there is no header');
  } catch (error) {
    if (error instanceof CsvError) throw say(error);
    const { code } = error as { code?: string };
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'EACCES')
      throw new Refused('file-unreadable', `There is no file to read at ${path}.`, { code });
    throw error;
  } finally {
    bytes.destroy();
    parser.destroy();
  }
};

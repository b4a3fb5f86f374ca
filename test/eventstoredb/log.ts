import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';

/** An event as it is proposed. */
export interface Proposed {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** An event as it stands: `position` is where its bytes begin, as in a log file, so most numbers are none. */
export interface Standing extends Proposed {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly createdMs: number;
}

export type Expected = number | 'any' | 'no-stream' | 'stream-exists';
export type Written = { readonly revision: number; readonly position: number };

/** How many bytes a record takes besides what it holds. */
const FRAME = 61;
/** A server counts itself now and then: events that are nobody's, in between those of others. */
const COUNTS_EVERY = 10;
const COUNTS = '$stats-127.0.0.1:2113';

interface Line {
  readonly stream: string;
  readonly createdMs?: number;
  readonly events?: readonly (readonly [
    id: string,
    type: string,
    contentType: string,
    data: string,
    metadata: string,
  ])[];
}

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** What the server holds, in memory and, when it is given a file, in that: killed and started again it is the same. */
export class Log {
  readonly all: Standing[] = [];
  readonly #streams = new Map<string, Standing[]>();
  readonly #hidden = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  readonly #file: number | undefined;
  #end = 0;

  constructor(path?: string) {
    if (path && existsSync(path)) this.#load(path);
    this.#file = path ? openSync(path, 'a') : undefined;
    if (this.all.length === 0) this.#count();
  }

  /** A line that was cut off by a kill was never answered: it is taken off. */
  #load(path: string): void {
    const text = readFileSync(path, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
    for (const line of whole.split('\n').filter(Boolean)) this.#take(JSON.parse(line) as Line);
  }

  #take({ stream, createdMs = 0, events }: Line): void {
    if (!events) return void this.#hidden.set(stream, this.revisionOf(stream));
    for (const [id, type, contentType, data, metadata] of events)
      this.#add(stream, { id, type, contentType, data: bytesOf(data), metadata: bytesOf(metadata) }, createdMs);
  }

  #add(stream: string, proposed: Proposed, createdMs: number): Standing {
    const standing = { ...proposed, stream, revision: this.revisionOf(stream) + 1, position: this.#end, createdMs };
    this.#end += FRAME + stream.length + proposed.type.length + proposed.data.length + proposed.metadata.length;
    this.all.push(standing);
    const events = this.#streams.get(stream);
    if (events) events.push(standing);
    else this.#streams.set(stream, [standing]);
    return standing;
  }

  #save(line: Line): void {
    if (this.#file !== undefined) writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }

  #write(stream: string, events: readonly Proposed[]): Standing | undefined {
    const createdMs = Date.now();
    if (this.#file !== undefined) {
      const rows = events.map(
        ({ id, type, contentType, data, metadata }) => [id, type, contentType, textOf(data), textOf(metadata)] as const,
      );
      this.#save({ stream, createdMs, events: rows });
    }
    return events.map((event) => this.#add(stream, event, createdMs)).at(-1);
  }

  #count(): void {
    const data = Buffer.from(JSON.stringify({ records: this.all.length }));
    const event = { type: '$statsCollected', contentType: 'application/json', data, metadata: new Uint8Array() };
    this.#write(COUNTS, [{ id: crypto.randomUUID(), ...event }]);
  }

  /** Of the first event that begins at this position or behind it; the length of all when none does. */
  indexAt(position: number): number {
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.all[middle]?.position ?? Infinity) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Of its last event; -1 when there never was one. */
  revisionOf(stream: string): number {
    return (this.#streams.get(stream)?.length ?? 0) - 1;
  }

  /** What is to be read of a stream; undefined when there is nothing. */
  eventsOf(stream: string): readonly Standing[] | undefined {
    const from = (this.#hidden.get(stream) ?? -1) + 1;
    const events = this.#streams.get(stream)?.slice(from);
    return events?.length ? events : undefined;
  }

  /** @returns what was written, now or before with the same ids; or the revision at which the stream stands instead. */
  append(stream: string, expected: Expected, events: readonly Proposed[]): Written | { readonly current: number } {
    const current = this.revisionOf(stream);
    if (!this.#isExpected(stream, expected, current)) return this.#before(stream, expected, events) ?? { current };
    const last = this.#write(stream, events);
    if (this.all.length % COUNTS_EVERY < events.length) this.#count();
    for (const wake of this.#listeners) wake();
    return { revision: this.revisionOf(stream), position: last?.position ?? 0 };
  }

  #isExpected(stream: string, expected: Expected, current: number): boolean {
    if (expected === 'any') return true;
    const isThere = this.eventsOf(stream) !== undefined;
    if (expected === 'stream-exists') return isThere;
    return expected === 'no-stream' ? !isThere : expected === current;
  }

  #before(stream: string, expected: Expected, events: readonly Proposed[]): Written | undefined {
    if (expected !== 'no-stream' && typeof expected !== 'number') return undefined;
    const from = expected === 'no-stream' ? 0 : expected + 1;
    const found = this.#streams.get(stream)?.slice(from, from + events.length) ?? [];
    const last = found.at(-1);
    const same = found.length === events.length && found.every(({ id }, index) => id === events[index]?.id);
    return same && last ? { revision: last.revision, position: last.position } : undefined;
  }

  /** Hides all that stands in a stream. @returns false when it does not stand as expected. */
  delete(stream: string, expected: Expected): boolean {
    const current = this.revisionOf(stream);
    if (!this.#isExpected(stream, expected, current)) return false;
    this.#save({ stream });
    this.#hidden.set(stream, current);
    return true;
  }

  /** Calls back after each append until told to leave off. */
  onAppend(wake: () => void): () => void {
    this.#listeners.add(wake);
    return () => this.#listeners.delete(wake);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}

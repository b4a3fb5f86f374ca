import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import type { Jobs, Operations } from '#runtime';

import { createApi } from '../../apps/api/src/app.js';
import { Book } from '../support/book.js';

export const actor = 'person=Ana%20P; authority=Pol%C3%ADcia; jurisdiction=PT';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

const isRaw = (body: unknown): body is string | Uint8Array<ArrayBuffer> =>
  typeof body === 'string' || body instanceof Uint8Array;

/** The API over a book in memory, asked over real HTTP. */
export class Service {
  #keys = 0;

  private constructor(
    readonly book: Book,
    readonly app: NestFastifyApplication,
    readonly url: string,
    private readonly end: AbortController,
    private readonly following: Promise<void>,
  ) {}

  /** Unless told, it follows what is recorded; without, nobody takes anything in. */
  static async start(
    exports = 'data/exports',
    given?: Book,
    { operations, jobs, follows = true }: { operations?: Operations; jobs?: Jobs; follows?: boolean } = {},
  ): Promise<Service> {
    const book = given ?? (await Book.open());
    const end = new AbortController();
    const following = follows ? book.readModels.start(end.signal) : Promise.resolve();
    const app = await createApi({
      recorder: book.recorder,
      readModels: book.readModels,
      known: book.known,
      exports,
      ...(operations ? { operations } : {}),
      ...(jobs ? { jobs } : {}),
    });
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as { port: number };
    return new Service(book, app, `http://127.0.0.1:${port}`, end, following);
  }

  async stop(): Promise<void> {
    await this.app.close();
    this.end.abort();
    await this.following;
    await this.book.close();
  }

  async send(method: string, path: string, init: RequestInit = {}): Promise<Reply> {
    const response = await fetch(`${this.url}${path}`, { method, ...init });
    const text = await response.text();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, body };
  }

  get(path: string): Promise<Reply> {
    return this.send('GET', path);
  }

  /** A write with all its headers; a key of its own and `If-Match: *` unless told. A header set to '' is left out. */
  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    this.#keys += 1;
    const all = {
      'content-type': 'application/json',
      'rastro-actor': actor,
      'idempotency-key': `key-${this.#keys}`,
      'if-match': '*',
      ...headers,
    };
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
    return this.send('POST', path, { headers: sent, body: isRaw(body) ? body : JSON.stringify(body) });
  }

  /** The id a write made. */
  async made(path: string, body: unknown, id: string): Promise<string> {
    const { status, body: receipt } = await this.post(path, body);
    if (status !== 201) throw new Error(`${path}: ${status} ${JSON.stringify(receipt)}`);
    return (receipt['ids'] as Record<string, string>)[id] ?? '';
  }
}

/** The essence of a problem: status, code, and code by pointer. */
export const problemOf = ({ status, body }: Reply): object => {
  const errors = (body['errors'] ?? []) as { pointer: string; code: string }[];
  return { status, code: body['code'], at: Object.fromEntries(errors.map(({ pointer, code }) => [pointer, code])) };
};

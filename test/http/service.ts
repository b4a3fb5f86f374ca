import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import type { Actor } from '#event-store';
import type { Jobs, Operations } from '#runtime';

import { createApi } from '../../apps/api/src/app.js';
import { Book } from '../support/book.js';
import { admit, everywhere, type Somebody } from '../support/people.js';

/** Who asks unless told: somebody who may do whatever one person may. */
export const ana = { person: 'Ana P', authority: 'Polícia', jurisdiction: 'PT' } as Actor;
/** The second person: they approve what Ana proposes. */
export const rui = { person: 'Rui S', authority: 'Procuradoria', jurisdiction: 'PT' } as Actor;

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
    readonly ana: Somebody,
    readonly rui: Somebody,
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
      access: book.access,
      exports,
      ...(operations ? { operations } : {}),
      ...(jobs ? { jobs } : {}),
    });
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as { port: number };
    const roles = everywhere('investigator', 'supervisor', 'reporting-job', 'administrator');
    const me = await admit(book.access, ana, roles);
    const second = await admit(book.access, rui, everywhere('supervisor', 'investigator'));
    return new Service(book, app, `http://127.0.0.1:${port}`, end, following, me, second);
  }

  async stop(): Promise<void> {
    await this.app.close();
    this.end.abort();
    await this.following;
    await this.book.close();
  }

  /** Signed in as Ana unless a header says otherwise; one set to '' is left out. */
  async send(method: string, path: string, init: RequestInit = {}): Promise<Reply> {
    const given = {
      authorization: `Bearer ${this.ana.secret}`,
      'rastro-reason': 'test',
      ...(init.headers as Record<string, string>),
    };
    const headers = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
    const response = await fetch(`${this.url}${path}`, { method, ...init, headers });
    const text = await response.text();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, body };
  }

  get(path: string): Promise<Reply> {
    return this.send('GET', path);
  }

  /** A write with all its headers; a key of its own and `If-Match: *` unless told. What needs a second person, Rui approves. */
  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const reply = await this.propose(path, body, headers);
    return reply.status === 202 ? this.approve(String(reply.body['proposalId'])) : reply;
  }

  /** Rui approves it. */
  approve(proposalId: string, by = this.rui): Promise<Reply> {
    return this.propose(`/v1/proposals/${proposalId}/approval`, {}, { authorization: `Bearer ${by.secret}` });
  }

  /** The same, without anybody to approve it. */
  propose(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    this.#keys += 1;
    const all = {
      'content-type': 'application/json',
      'idempotency-key': `key-${this.#keys}`,
      'if-match': '*',
      ...headers,
    };
    return this.send('POST', path, { headers: all, body: isRaw(body) ? body : JSON.stringify(body) });
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

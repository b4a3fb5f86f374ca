import { EventEmitter } from 'node:events';

import type { PgNotification, PgPool, PgPoolClient, PgQueryResult } from 'bullmq';

/** The one session of the embedded database: whoever is in turn has it to themselves. */
export interface Session {
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Asks at once; call it in turn. */
  ask(text: string, values?: readonly unknown[]): Promise<object[]>;
  /** Nothing is told to this pool any more. */
  left(): void;
}

const BEGINS = /^\s*begin\b/i;
const ENDS = /^\s*(commit|rollback)\b/i;

/** A connection as `pg` has it. From BEGIN to COMMIT or ROLLBACK nobody else comes in. */
class EmbeddedClient extends EventEmitter implements PgPoolClient {
  #leave: (() => void) | undefined;

  constructor(
    private readonly session: Session,
    private readonly released: (client: EmbeddedClient) => void,
  ) {
    super();
  }

  async query<Row>(text: string, values?: readonly unknown[]): Promise<PgQueryResult<Row>> {
    if (BEGINS.test(text)) this.#leave ??= await this.#enter();
    const ask = (): Promise<object[]> => this.session.ask(text, values);
    try {
      return { rows: (await (this.#leave ? ask() : this.session.inTurn(ask))) as Row[] };
    } finally {
      if (ENDS.test(text)) this.#end();
    }
  }

  #enter(): Promise<() => void> {
    return new Promise((entered) => {
      void this.session.inTurn(() => new Promise<void>((leave) => entered(leave)));
    });
  }

  #end(): void {
    this.#leave?.();
    this.#leave = undefined;
  }

  release(): void {
    this.released(this);
    if (this.#leave) void this.query('rollback').catch(() => undefined);
  }
}

/** The embedded database as BullMQ knows a `pg.Pool`: as many connections as are asked for, over one session. */
export class EmbeddedPool extends EventEmitter implements PgPool {
  /** Nothing lies between: a notification is never lost, and nobody has to look now and then. */
  readonly options = { keepAlive: true };
  readonly #clients = new Set<EmbeddedClient>();

  constructor(private readonly session: Session) {
    super();
    this.setMaxListeners(0);
  }

  connect(): Promise<PgPoolClient> {
    const client = new EmbeddedClient(this.session, (released) => this.#clients.delete(released));
    this.#clients.add(client);
    return Promise.resolve(client);
  }

  async query<Row>(text: string, values?: readonly unknown[]): Promise<PgQueryResult<Row>> {
    return { rows: (await this.session.inTurn(() => this.session.ask(text, values))) as Row[] };
  }

  /** One session listens for all; each connection knows what it waits for. */
  notify(told: PgNotification): void {
    for (const client of this.#clients) client.emit('notification', told);
  }

  end(): Promise<void> {
    this.session.left();
    this.#clients.clear();
    return Promise.resolve();
  }
}

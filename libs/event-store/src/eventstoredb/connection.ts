import { EventStoreDBClient } from '@eventstore/db-client';

import { isAnswer, mayPass } from './failures.js';

/** No call is waited for any longer; the client itself would wait for ever. */
export const ANSWER_MS = 5_000;
/** What a client that is let go may take to break off its calls, before the next one is used. */
const ENDING_MS = 500;

/** Of a call: it is getting on, so that the time it has begins anew; or it lasts, and has no end. */
export interface Pace {
  alive(): void;
  lasts(): void;
}

/** One client with its channels, and the calls that hang on it. */
class Line {
  readonly client: EventStoreDBClient;
  readonly calls = new Set<(error: Error) => void>();
  /** Whether anything was heard of the server by it. */
  hasAnswered = false;
  readonly #channels: { close(): void }[] = [];

  constructor(address: string) {
    this.client = EventStoreDBClient.connectionString(address);
    // The client never closes a channel that it leaves: whoever made the client has to.
    const create = this.client['createChannel'];
    this.client['createChannel'] = async () => {
      const channel = await create();
      this.#channels.push(channel);
      return channel;
    };
  }

  /** Breaks off all calls. Their callers are told by us: the client leaves some of them without an answer. */
  async end(why: Error): Promise<void> {
    const calls = [...this.calls];
    this.calls.clear();
    for (const fail of calls) fail(why);
    const late = new Promise((resolve) => setTimeout(resolve, ENDING_MS).unref());
    await Promise.race([this.client.dispose().catch(() => undefined), late]);
    for (const channel of this.#channels) channel.close();
  }
}

/**
 * The one client of a process: broken batches of one client fail those of all others in it. After a call that was not answered, or
 * that failed in another way than by an answer, the client is let go and the next call makes a new one: a failed look for the
 * features of the server, for one, would be remembered for ever.
 */
export class Connection {
  #line: Line | undefined;
  #ending: Promise<void> | undefined;
  #closed = false;

  constructor(private readonly address: string) {}

  /** Makes a call, for at most five seconds unless it says that it gets on. */
  async call<T>(work: (client: EventStoreDBClient, pace: Pace) => Promise<T>): Promise<T> {
    if (this.#ending) await this.#ending;
    if (this.#closed) throw new Error('the log was closed');
    const line = (this.#line ??= new Line(this.address));
    return new Promise<T>((resolve, reject) => {
      let isOver = false;
      const end = (): void => {
        isOver = true;
        clearTimeout(timer);
        line.calls.delete(fail);
      };
      const fail = (error: unknown): void => {
        end();
        reject(error as Error);
        if (isAnswer(error)) line.hasAnswered = true;
        else this.#letGo(line, error as Error);
      };
      const timer = setTimeout(() => fail(new Error(`no answer within ${ANSWER_MS} ms`)), ANSWER_MS);
      line.calls.add(fail);
      // A timer that was cleared would begin anew.
      const pace = { alive: () => void (isOver || timer.refresh()), lasts: () => clearTimeout(timer) };
      const done = (answer: T): void => {
        end();
        line.hasAnswered = true;
        resolve(answer);
      };
      Promise.resolve()
        .then(() => work(line.client, pace))
        .then(done, fail);
    });
  }

  /**
   * Reading twice does no harm: a call that failed at once is made again, by a new client. Not where the client that failed was new
   * itself: another one would find the same, and a server that refuses would be asked twice as often as it need be.
   */
  async ask<T>(work: (client: EventStoreDBClient, pace: Pace) => Promise<T>): Promise<T> {
    const start = performance.now();
    const hadServed = this.#line?.hasAnswered === true;
    try {
      return await this.call(work);
    } catch (error) {
      if (!mayPass(error, hadServed) || this.#closed || performance.now() - start > ANSWER_MS / 2) throw error;
      return this.call(work);
    }
  }

  #letGo(line: Line, why: Error): void {
    if (this.#line !== line) return;
    this.#line = undefined;
    const ending = line.end(why).finally(() => {
      if (this.#ending === ending) this.#ending = undefined;
    });
    this.#ending = ending;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const line = this.#line;
    if (line) this.#letGo(line, new Error('the log was closed'));
    await this.#ending;
  }
}

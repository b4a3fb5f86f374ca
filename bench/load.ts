import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * Clients in a process of their own, as users are: each sends its next request when the last one is answered.
 * Takes a plan on the command line, prints a `Load` as JSON.
 */
export interface Plan {
  readonly port: number;
  readonly secret: string;
  readonly clients: number;
  readonly requests: number;
  readonly method: 'POST' | 'GET';
  /** `{n}` stands for the number of the request. */
  readonly paths: readonly string[];
  readonly bodies?: readonly string[];
  readonly run: string;
}

/** What the clients saw; latencies in milliseconds. */
export interface Load {
  readonly seconds: number;
  readonly latencies: readonly number[];
}

const plan = JSON.parse(process.argv[2] ?? '{}') as Plan;

const HEAD_END = '\r\n\r\n';

/** A line of one client. HTTP by hand: those who ask share the machine with the one they measure, and a whole client takes a tenth of it. */
class Line {
  #heard = '';
  #answer: ((answer: string) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#hear(text));
    socket.on('error', (error) => this.#fail?.(error));
    socket.on('close', () => this.#fail?.(new Error('the line was closed')));
  }

  static async open(port: number): Promise<Line> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Line(socket);
  }

  /** @returns the answer, head and body. */
  ask(request: string): Promise<string> {
    return new Promise((resolve, reject) => {
      [this.#answer, this.#fail] = [resolve, reject];
      this.socket.write(request);
    });
  }

  #hear(text: string): void {
    this.#heard += text;
    const head = this.#heard.indexOf(HEAD_END);
    if (head < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(this.#heard.slice(0, head))?.[1];
    if (length === undefined) return this.#fail?.(new Error(`an answer without a length: ${this.#heard}`));
    if (this.#heard.length < head + HEAD_END.length + Number(length)) return;
    const answer = this.#heard;
    this.#heard = '';
    this.#answer?.(answer);
  }

  close(): void {
    this.#fail = undefined;
    this.socket.destroy();
  }
}

const requestOf = (n: number): string => {
  const path = plan.paths[n % plan.paths.length] ?? '/';
  const body = plan.bodies?.[n % plan.bodies.length]?.replaceAll('{n}', String(n)) ?? '';
  const headers = [
    `${plan.method} ${path} HTTP/1.1`,
    `host: 127.0.0.1:${plan.port}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `idempotency-key: ${plan.run}-${n}`,
    'if-match: *',
    `authorization: Bearer ${plan.secret}`,
    'rastro-reason: bench',
  ];
  return headers.join('\r\n') + HEAD_END + body;
};

let next = 0;
const latencies: number[] = [];
const client = async (line: Line): Promise<void> => {
  while (next < plan.requests) {
    const request = requestOf(next++);
    const start = performance.now();
    const answer = await line.ask(request);
    latencies.push(performance.now() - start);
    if (!/^HTTP\/1\.1 2/.test(answer)) throw new Error(`${request.split('\r\n', 1).join()}: ${answer}`);
  }
};
const lines = await Promise.all(Array.from({ length: plan.clients }, () => Line.open(plan.port)));
const start = performance.now();
await Promise.all(lines.map(client));
const seconds = (performance.now() - start) / 1_000;
process.stdout.write(JSON.stringify({ seconds, latencies } satisfies Load));
for (const line of lines) line.close();

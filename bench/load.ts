import { Agent, request } from 'node:http';

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
const agent = new Agent({ keepAlive: true, maxSockets: plan.clients });

const send = (n: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const start = performance.now();
    const body = plan.bodies?.[n % plan.bodies.length]?.replaceAll('{n}', String(n));
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body ?? ''),
      'idempotency-key': `${plan.run}-${n}`,
      'if-match': '*',
      authorization: `Bearer ${plan.secret}`,
      'rastro-reason': 'bench',
    };
    const path = plan.paths[n % plan.paths.length] ?? '/';
    const call = request(
      { port: plan.port, host: '127.0.0.1', method: plan.method, path, headers, agent },
      (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () =>
          (answer.statusCode ?? 500) < 300
            ? resolve(performance.now() - start)
            : reject(new Error(`${path}: ${answer.statusCode} ${text}`)),
        );
      },
    );
    call.on('error', reject);
    call.end(body);
  });

let next = 0;
const latencies: number[] = [];
const client = async (): Promise<void> => {
  while (next < plan.requests) latencies.push(await send(next++));
};
const start = performance.now();
await Promise.all(Array.from({ length: plan.clients }, client));
const seconds = (performance.now() - start) / 1_000;
process.stdout.write(JSON.stringify({ seconds, latencies } satisfies Load));
agent.destroy();

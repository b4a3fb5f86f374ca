import { createServer } from 'node:http';
import { once } from 'node:events';

import { Gauge } from 'prom-client';

import { Meters } from './meters.js';

import { inTime } from '../jobs/in-time.js';

/** How long whoever watches is kept waiting. */
const ANSWER_MS = 5_000;

/** How one part of a process is, by name: numbers for the metrics, and what is wrong with it, if anything. */
export interface Sign {
  readonly figures: Readonly<Record<string, number>>;
  readonly wrong?: string;
}

export type Signs = () => Promise<Readonly<Record<string, Sign>>>;

export interface Health {
  /** Whether the process does its work, with all its signs. */
  ready(): Promise<{ readonly ready: boolean; readonly body: object }>;
  /** In the text format of Prometheus. */
  metrics(): Promise<{ readonly type: string; readonly text: string }>;
}

const wrongOf = (error: unknown): Sign => ({
  figures: {},
  wrong: error instanceof Error ? error.message : String(error),
});

/** The health of a process, from signs that are asked for each time. A sign that cannot be read is itself wrong. */
export const healthOf = (
  process: string,
  signs: Signs,
  { meters = new Meters(process), stopping }: { readonly meters?: Meters; readonly stopping?: AbortController } = {},
): Health => {
  const { registry } = meters;
  const fine = new Gauge({
    name: 'rastro_fine',
    help: '1: nothing wrong',
    labelNames: ['part'],
    registers: [registry],
  });
  const gauges = new Map<string, Gauge<'part'>>();
  const gauge = (figure: string): Gauge<'part'> => {
    const name = `rastro_${figure}`;
    const known = gauges.get(name) ?? new Gauge({ name, help: figure, labelNames: ['part'], registers: [registry] });
    gauges.set(name, known);
    return known;
  };
  const read = (): Promise<Readonly<Record<string, Sign>>> =>
    inTime(signs(), ANSWER_MS, 'it did not answer in time').catch((error: unknown) => ({ process: wrongOf(error) }));
  return {
    async ready() {
      const found = await read();
      const ends = stopping?.signal.aborted ?? false;
      const fit = Object.values(found).every(({ wrong }) => wrong === undefined);
      const ready = fit && !ends;
      const body = Object.fromEntries(
        Object.entries(found).map(([part, { figures, wrong }]) => [part, { ...figures, ...(wrong ? { wrong } : {}) }]),
      );
      return { ready, body: { status: ready ? 'ready' : ends ? 'stopping' : 'stopped', ...body } };
    },
    async metrics() {
      for (const [part, { figures, wrong }] of Object.entries(await read())) {
        fine.set({ part }, wrong === undefined ? 1 : 0);
        for (const [figure, value] of Object.entries(figures)) gauge(figure).set({ part }, value);
      }
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
};

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/**
 * Serves `/health/live`, `/health/ready` and `/metrics`, for a process that serves nothing else: to this machine only, whatever
 * the API is asked to do. @returns its address, and how to stop it.
 */
export const serveHealth = async (
  health: Health,
  { host: asked, port }: { readonly host: string; readonly port: number },
): Promise<{ readonly address: string; stop(): Promise<void> }> => {
  const host = LOOPBACK.includes(asked) ? asked : '127.0.0.1';
  const answer = async (path: string | undefined): Promise<readonly [number, string, string]> => {
    if (path === '/health/live') return [200, 'application/json', '{"status":"live"}'];
    if (path === '/metrics') return health.metrics().then(({ type, text }) => [200, type, text] as const);
    if (path !== '/health/ready') return [404, 'application/json', '{"status":"unknown"}'];
    const { ready, body } = await health.ready();
    return [ready ? 200 : 503, 'application/json', JSON.stringify(body)];
  };
  const server = createServer((request, response) => {
    void answer(request.url).then(([status, type, text]) =>
      response.writeHead(status, { 'content-type': type, connection: 'close' }).end(text),
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  const bound = server.address() as { port: number };
  const stop = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { address: `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`, stop };
};

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

import { freePort } from '../support/free-port.js';
import { until } from '../support/until.js';

const RESTART_MS = 200;
const TOLD = 4_000;
const ANSWER_MS = 12_000;

export type Env = Readonly<Record<string, string>>;

/** A place where an app runs at a port of its own, as it is shipped. What ends is started again, as a supervisor does. */
export class Slot {
  #child: ChildProcess | undefined;
  #supervised = false;
  #said = '';
  #starts = 0;

  private constructor(
    readonly app: string,
    readonly port: number,
    private readonly env: Env,
  ) {}

  static async start(app: string, env: Env): Promise<Slot> {
    const slot = new Slot(app, await freePort(), env);
    slot.#supervised = true;
    slot.#spawn();
    await slot.answering().catch(async (error: unknown) => {
      await slot.stop();
      throw error;
    });
    return slot;
  }

  /** Replaces what runs by a process with more in its environment; the one that follows it has no more than before. */
  async replace(more: Env): Promise<void> {
    const ended = this.ended();
    this.#supervised = false;
    this.kill();
    await ended;
    this.#said = '';
    this.#supervised = true;
    this.#spawn(more);
  }

  #spawn(more: Env = {}): void {
    const args = ['--import', './test/faults/failpoint.mjs', `dist/apps/${this.app}/src/main.js`];
    const env = { PATH: process.env['PATH'], RASTRO_PORT: String(this.port), ...this.env, ...more };
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    this.#child = child;
    this.#starts += 1;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (bytes: Buffer) => (this.#said = `${this.#said}${bytes.toString()}`.slice(-TOLD)));
    child.once('exit', () => {
      if (this.#supervised) void pause(RESTART_MS).then(() => this.#supervised && this.#spawn());
    });
  }

  /** The last of what it printed. */
  get said(): string {
    return this.#said;
  }

  /** How often it was started. */
  get starts(): number {
    return this.#starts;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(ANSWER_MS), ...init });
  }

  /** Resolves when it says that it lives. */
  async answering(): Promise<void> {
    const live = (): Promise<number> =>
      this.fetch('/health/live').then(
        ({ status }) => status,
        () => 0,
      );
    await until(live, (status) => status === 200, 240_000).catch((error: unknown) => {
      throw new Error(`${this.app} does not answer: ${this.#said}`, { cause: error });
    });
  }

  /** Whether it says that all is well; what it says of the book. */
  async ready(): Promise<{ status: number; body: Record<string, Record<string, number>> }> {
    const response = await this.fetch('/health/ready').catch(() => undefined);
    const body = (await response?.json().catch(() => ({}))) as Record<string, Record<string, number>>;
    return { status: response?.status ?? 0, body: body ?? {} };
  }

  /** What ended it: resolves when the process that runs now is gone. */
  async ended(): Promise<NodeJS.Signals | number | null> {
    const child = this.#child;
    if (!child) return null;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.signalCode ?? child.exitCode;
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#child?.kill(signal);
  }

  async stop(): Promise<void> {
    this.#supervised = false;
    const ended = this.ended();
    this.kill();
    await ended;
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { Call, Fault } from './faults.js';

const MAIN = ['--import', './test/support/typescript.mjs', 'test/eventstoredb/main.ts'];

/** The double in a process of its own. Its log outlives it: it can be killed and started again at the same address. */
export class ServerProcess {
  #child: ChildProcess | undefined;
  #url = '';
  readonly #folder = mkdtempSync(join(tmpdir(), 'rastro-eventstoredb-'));

  private constructor(private readonly more: readonly string[]) {
    process.once('exit', this.#kill);
  }

  readonly #kill = (): void => void this.#child?.kill('SIGKILL');

  /** `more`: `--tls`, `--user name:password`. */
  static async start(...more: string[]): Promise<ServerProcess> {
    const one = new ServerProcess(more);
    await one.again();
    return one;
  }

  get url(): string {
    return this.#url;
  }

  /** Starts it on the same log, and the same port once it has one. */
  async again(): Promise<void> {
    const port = this.#url ? new URL(this.#url).port : '0';
    const args = [...MAIN, '--port', port, '--log', join(this.#folder, 'log'), ...this.more];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    const [line] = (await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      once(child, 'exit').then(() => ['']),
    ])) as [string];
    if (line === '') throw new Error('the test server did not start');
    this.#url = line;
  }

  /** The next so many calls of this kind go wrong. */
  ask(call: Call, fault: Fault, times = 1): void {
    this.#child?.stdin?.write(`${call} ${fault} ${times}\n`);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** It keeps its connections and says nothing any more, until it is thawed. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    process.removeListener('exit', this.#kill);
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

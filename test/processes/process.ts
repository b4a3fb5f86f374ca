import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

import { until } from '../support/until.js';

/** A process of its own: an app as it is run, asked over HTTP. */
export class AppProcess {
  #said = '';

  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (bytes: Buffer) => (this.#said += bytes.toString()));
  }

  /** Started, and telling where it answers. */
  static async start(app: string, env: Readonly<Record<string, string>>): Promise<AppProcess> {
    const args = ['--import', './test/support/typescript.mjs', `apps/${app}/src/main.ts`];
    const all = { PATH: process.env['PATH'], RASTRO_PORT: '0', ...env };
    const one = new AppProcess(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: all }));
    await until(
      () => [one.#address, one.child.exitCode, one.#said] as const,
      ([address, code]) => address !== undefined || code !== null,
      45_000,
    );
    if (!one.#address) throw new Error(`${app} did not start: ${one.said}`);
    return one;
  }

  /** All that it printed. */
  get said(): string {
    return this.#said;
  }

  get address(): string {
    return this.#address ?? '';
  }

  get #address(): string | undefined {
    return /"address":"([^"]+)"/.exec(this.#said)?.[1];
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`${this.#address}${path}`, { ...init, signal: AbortSignal.timeout(10_000) });
  }

  async ready(): Promise<{ status: number; body: Record<string, Record<string, number>> }> {
    const response = await this.fetch('/health/ready');
    return { status: response.status, body: (await response.json()) as Record<string, Record<string, number>> };
  }

  /** @returns the exit code; null when a signal ended it. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    const [code] = (await ended) as [number | null];
    return code;
  }
}

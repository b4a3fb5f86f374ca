import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 60_000;
const LOOK_MS = 50;
const MOST_SAID = 100_000;

/** An app as it is run, in a process of its own, once it is ready. */
export class App {
  private constructor(
    private readonly child: ChildProcess,
    readonly address: string,
  ) {}

  static async start(name: string, env: Readonly<Record<string, string>>): Promise<App> {
    const main = new URL(`../apps/${name}/src/main.js`, import.meta.url).pathname;
    const all = { ...process.env, ...env, RASTRO_PORT: '0', RASTRO_LOG: 'info' };
    const child = spawn(process.execPath, [...process.execArgv, main], {
      env: all,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${said}`)));
      // What it says is read to the end: nobody waits for a reader.
      child.stdout.on('data', (bytes: Buffer) => {
        if (said.length < MOST_SAID) said += bytes.toString();
        const told = /"address":"([^"]+)"/.exec(said)?.[1];
        if (told) resolve(told);
      });
    });
    const app = new App(child, address);
    // Whoever is not signed in is told only whether it is ready: the log answers, and the answers follow it.
    await inTime(`${name} is ready`, async () => (await fetch(`${address}/health/ready`)).ok);
    return app;
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}

/** Waits until something is so. @throws when it is not within a minute. */
export const inTime = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
    await pause(LOOK_MS);
  }
};

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const args = ['--import', './test/support/typescript.mjs', 'apps/cli/src/main.ts'];

/** `rastro` as a process of its own, from the sources. */
export const startRastro = (env: Readonly<Record<string, string>>, ...asked: string[]): ChildProcess =>
  spawn(process.execPath, [...args, ...asked], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...env },
  });

export interface Told {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** All that a process says until it ends, and how it ended. */
export const toldBy = async (child: ChildProcess): Promise<Told> => {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr?.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
};

export const rastro = (env: Readonly<Record<string, string>>, ...asked: string[]): Promise<Told> =>
  toldBy(startRastro(env, ...asked));

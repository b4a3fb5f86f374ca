import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { Refused } from '#core';

/** When a process began, in ticks since the machine did; so that a number given out again is not taken for the old process. */
const startOf = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
};

const isAlive = (pid: number, start: string): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return start === '' || startOf(pid) === start;
};

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const contentOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/** Takes a lock away from a process that has ended; puts it back when another was faster and it is a living one's. */
const takeAway = (path: string, stale: string, aside: string): void => {
  try {
    renameSync(path, aside);
    if (contentOf(aside) !== stale) linkSync(aside, path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
};

/**
 * A second process on the same folder would corrupt it: the folder carries the number of the one that has it.
 * The file appears whole, by a link, so that nobody reads half of it. It tells processes of one machine apart; two machines
 * or containers must not share a folder.
 * @returns what gives the folder free again.
 * @throws Refused `book-in-use`.
 */
export const lock = (folder: string): (() => void) => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(resolve(folder), 'rastro.lock');
  const own = `${path}.${process.pid}`;
  for (;;) {
    try {
      writeFileSync(own, `${process.pid} ${startOf(process.pid)}`, { mode: 0o600 });
      linkSync(own, path);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      const found = contentOf(path);
      const [holder, start = ''] = (found ?? '').split(' ');
      const pid = Number(holder);
      if (Number.isInteger(pid) && pid > 0 && isAlive(pid, start)) {
        const hint = `Process ${pid} has the book in ${folder} open. Stop it first, or ask it over HTTP.`;
        throw new Refused('book-in-use', hint, { folder, pid });
      }
      if (found !== undefined) takeAway(path, found, `${own}.stale`);
    } finally {
      rmSync(own, { force: true });
    }
  }
};

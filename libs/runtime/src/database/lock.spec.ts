import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { lock } from './lock.js';

describe('the lock of a book', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rastro-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const inUse = (pid: number): object => expect.objectContaining({ code: 'book-in-use', detail: { folder, pid } });

  it('is refused while this process has it, and free afterwards', () => {
    const unlock = lock(folder);
    expect(() => lock(folder)).toThrow(inUse(process.pid) as Error);
    unlock();
    lock(folder)();
  });

  it('is refused while another process lives, and taken over when that one is killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    await once(child, 'spawn');
    await writeFile(join(folder, 'rastro.lock'), String(child.pid));
    expect(() => lock(folder)).toThrow(inUse(child.pid ?? 0) as Error);
    child.kill('SIGKILL');
    await once(child, 'exit');
    lock(folder)();
  });

  it('is taken over when its number was given to another process since', async () => {
    await writeFile(join(folder, 'rastro.lock'), `${process.pid} 1`);
    const unlock = lock(folder);
    expect((await readFile(join(folder, 'rastro.lock'), 'utf8')).split(' ')[0]).toBe(String(process.pid));
    unlock();
  });

  it('is taken over when its file says nothing', async () => {
    await writeFile(join(folder, 'rastro.lock'), '');
    lock(folder)();
  });
});

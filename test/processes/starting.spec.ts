import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { openEmbedded } from '#runtime';

import { AppProcess } from './process.js';

describe('a start that fails', () => {
  it('says why and nothing else, ends, and leaves the book to the next start', async () => {
    const data = mkdtempSync(join(tmpdir(), 'rastro-starting-'));
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const start = AppProcess.start('standalone', { RASTRO_DATA: data, RASTRO_PORT: String(port) });
    const why = `Port ${port} is in use: give another one in RASTRO_PORT.`;
    await expect(start).rejects.toThrow(new Error(`standalone did not start: ${why}\n`));
    await (await openEmbedded(data)).close();
    other.close();
    rmSync(data, { recursive: true });
  }, 60_000);
});

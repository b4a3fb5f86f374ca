import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { describe, expect, it } from '@jest/globals';

const run = promisify(execFile);

describe('the event catalogue', () => {
  it('is what the code prints: run `npm run docs`', async () => {
    const { stdout } = await run(process.execPath, ['scripts/event-catalogue.mjs']);
    expect(await readFile('docs/event-catalogue.md', 'utf8')).toBe(stdout);
  });
});

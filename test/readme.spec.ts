import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Service } from './http/service.js';

const hasCurl = (): boolean => {
  try {
    execFileSync('curl', ['--version']);
    return true;
  } catch {
    return false;
  }
};

const script = [...readFileSync('README.md', 'utf8').matchAll(/^```sh\n(.*?)^```$/gms)]
  .map(([, text]) => text)
  .join('\n');
const curl = hasCurl();

(curl ? describe : describe.skip)(`the README${curl ? '' : ' (skipped: curl is not here)'}`, () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start();
  });
  afterAll(() => service.stop());

  it('does what it says: records four facts, shows the figure and its events, refuses the fifth', async () => {
    const own = script.replace('http://127.0.0.1:7070', service.url);
    const { stdout } = await promisify(execFile)('bash', ['-euc', own]);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const [opened, identified, valued, seized, figures, entries, history, refused] = answers;
    expect([opened, identified, valued, seized].map((receipt) => receipt?.['revision'])).toEqual([0, 1, 2, 3]);
    expect(figures).toMatchObject({
      rows: [{ definition: 'value-seized@1', group: { jurisdiction: 'ES' }, assets: 1, valued: 1, eur: '185000.00' }],
    });
    expect(entries).toMatchObject({ items: [{ eur: '185000.00' }] });
    expect((history as { items: { type: string }[] }).items.map(({ type }) => type)).toEqual([
      'AssetIdentified',
      'AssetValued',
      'AssetSeized',
    ]);
    expect(refused).toMatchObject({ code: 'before-identification' });
    expect(answers).toHaveLength(8);
  });
});

import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { setUpFirst } from '../apps/api/src/access/first-start.js';
import { Service } from './http/service.js';
import { Book } from './support/book.js';

const hasCurl = (): boolean => {
  try {
    execFileSync('curl', ['--version']);
    return true;
  } catch {
    return false;
  }
};

const readme = readFileSync('README.md', 'utf8');
const script = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text]) => text).join('\n');
const curl = hasCurl();

it('is read in a few minutes: the README has no more than 150 lines', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

(curl ? describe : describe.skip)(`the README${curl ? '' : ' (skipped: curl is not here)'}`, () => {
  let service: Service;
  let printed: string;
  beforeAll(async () => {
    const book = await Book.open();
    printed = (await setUpFirst(book.access))?.secret ?? '';
    service = await Service.start('data/exports', book);
  });
  afterAll(() => service.stop());

  it('does what it says: signs in, records four facts, shows the figure and its events, refuses the fifth', async () => {
    const own = script.replace('http://127.0.0.1:7070', service.url).replace('rastro_u_...', printed);
    const { stdout } = await promisify(execFile)('bash', ['-euc', own]);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const [admin, granted, ana, opened, identified, valued, seized, figures, entries, history, refused] = answers;
    expect([admin, ana]).toMatchObject([{ name: 'admin' }, { name: 'ana' }]);
    expect(granted).toMatchObject({ revision: 1 });
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
    expect(answers).toHaveLength(11);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { openEmbedded } from '#runtime';

import { openBookOn } from '../../apps/api/src/book.js';
import { personIdOf } from '../../apps/api/src/access/people.js';
import { rastro, type Told } from '../support/rastro.js';

const SLOW_MS = 300_000;
const ana = ['--authority', 'Court 3', '--jurisdiction', 'ES', '--role', 'investigator:ES'];

let folder: string;
let env: Record<string, string>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rastro-people-'));
  env = { RASTRO_DATA: folder };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const people = (...asked: string[]): Promise<Told> => rastro(env, 'people', ...asked);
const toldIn = ({ stdout }: Told): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;

it(
  'admits, grants, bars and readmits by the account of the machine, and prints secrets only when asked',
  async () => {
    const admitted = await people('admit', 'ana', ...ana);
    expect(toldIn(admitted)).toEqual({ personId: personIdOf('ana'), name: 'ana', recorded: 2 });
    expect(toldIn(await people('admit', 'ana', ...ana))).toMatchObject({ recorded: 0 });
    expect(toldIn(await people('grant', 'ana', '--role', 'auditor:PT'))).toMatchObject({ recorded: 1 });
    const token = toldIn(await people('token', 'ana', '--name', 'x', '--scopes', 'figures,count', '--days', '30'));
    const link = toldIn(await people('set-up', 'ana'));
    expect(await people('bar', 'ana', '--reason', 'left')).toMatchObject({ code: 0 });
    expect(await people('token', 'ana', '--name', 'y', '--scopes', 'figures')).toMatchObject({ code: 2 });
    await people('readmit', 'ana', '--reason', 'back');
    const listed = await people('list');
    expect(toldIn(listed)).toMatchObject({ name: 'ana', barred: false, grants: [{ role: 'investigator' }, { role: 'auditor', jurisdiction: 'PT' }] }); // prettier-ignore
    expect(listed.stdout).not.toMatch(/rastro_[stu]_/);

    const book = await openBookOn(await openEmbedded(folder, { durable: false }), { follow: 'once' });
    const { credentials } = book.access;
    const { secret } = link['setUp'] as { secret: string };
    expect(await credentials.find(String(token['secret']))).toBeUndefined();
    expect(await credentials.redeem(secret)).toBeUndefined();
    const [first] = await book.store.read(`access-${personIdOf('ana')}`, 0, 1);
    expect(first?.metadata.actor).toMatchObject({ person: expect.stringMatching(/^account /), jurisdiction: 'ZZ' });
    await book.close();
  },
  SLOW_MS,
);

it.each([
  [['grant', 'bob', '--role', 'auditor:ES'], 'person-unknown'],
  [['grant', 'ana', '--role', 'king:ES'], '"king" is no role'],
  [['grant', 'ana', '--role', 'action-lead:ES'], 'operation-needed'],
  [['revoke', 'ana', '--role', 'supervisor:ES', '--reason', 'x'], 'grant-unknown'],
  [['token', 'ana', '--name', 'x', '--scopes', 'figuers'], 'scope-unknown'],
  [['token', 'ana', '--name', 'x', '--scopes', 'figures', '--days', '366'], 'days-malformed'],
  [['admit', 'a b', '--authority', 'A', '--jurisdiction', 'ES'], 'name-malformed'],
  [['admit', 'x1', '--authority', 'A', '--jurisdiction', 'ES', '--kind', 'job', '--set-up'], 'set-up-of-job'],
])(
  'refuses people %j',
  async (asked, why) => {
    const { code, stderr } = await people(...asked);
    expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
  },
  SLOW_MS,
);

it('verifies the log of looks', async () => {
  const { code, stdout } = await rastro(env, 'access-log', 'verify');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^Access log: 0 records follow each other/)]);
}, SLOW_MS); // prettier-ignore

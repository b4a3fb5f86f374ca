import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { decidePerson, type GrantId } from '#access';
import { Recorder } from '#event-store';
import { personNamed } from '#read-models';
import { LONGEST_MS, openAccess } from '#runtime';

import { createApi } from '../../apps/api/src/app.js';
import { setUpFirst, setUpLines } from '../../apps/api/src/access/first-start.js';
import { personIdOf } from '../../apps/api/src/access/people.js';
import { Book, clerk } from '../support/book.js';

const admin = personIdOf('admin');
const password = 'four hats of felt';

describe('the first start', () => {
  let book: Book;
  let now: Date;
  const access = () => openAccess({ db: book.db, recorder: new Recorder(book.store, { now: () => now }), named: (name, authority) => personNamed(book.readModels, name, authority) }, { now: () => now }); // prettier-ignore
  beforeEach(async () => {
    book = await Book.open();
    now = new Date('2026-03-02T08:00:00Z');
  });
  afterEach(() => book.close());

  it('admits an administrator without a password, and tells the secret to one of the processes that start', async () => {
    const [one, other] = [await access(), await access()];
    const told = await Promise.all([setUpFirst(one), setUpFirst(other)]);
    const links = told.filter((link) => link?.secret);
    expect(links).toHaveLength(1);
    expect(links[0]).toMatchObject({ secret: expect.stringMatching(/^rastro_u_/), expiresAt: '2026-03-02T08:30:00.000Z' }); // prettier-ignore
    expect(await one.credentials.passwordOf(admin)).toBeUndefined();
    expect((await one.people.principal(admin))?.grants.map(({ role }) => role)).toEqual(['administrator']);
  });

  it('does not tell it again while it holds, and makes another when it has lapsed unused', async () => {
    const link = await setUpFirst(await access());
    now = new Date('2026-03-02T08:29:59Z');
    expect(await setUpFirst(await access())).toEqual({ expiresAt: '2026-03-02T08:30:00.000Z' });
    now = new Date('2026-03-02T08:30:01Z');
    const later = await access();
    const second = await setUpFirst(later);
    expect(second?.secret).toMatch(/^rastro_u_/);
    expect(second?.secret).not.toBe(link?.secret);
    expect(await later.credentials.redeem(String(link?.secret))).toBeUndefined();
  });

  it('tells nothing when somebody else administers the book, or an issuer says who does', async () => {
    const one = await access();
    const issuer = { address: 'https://login.example', verify: () => Promise.reject(new Error('never asked')) };
    expect(await setUpFirst({ ...one, issuer })).toBeUndefined();
    const personId = personIdOf('chief');
    const { authority, jurisdiction } = clerk;
    const grant = { grantId: personId as string as GrantId, authority, jurisdiction, from: '2026-01-01' as never };
    await one.people.record(
      personId,
      [
        decidePerson.PersonAdmitted({ personId, name: 'chief', kind: 'person', authority, jurisdiction }),
        decidePerson.RoleGranted({ personId, role: 'administrator', ...grant }),
      ],
      { actor: clerk, commandId: 'a', commandHash: 'a', expected: 'any' },
    );
    await one.credentials.issue({ kind: 'setup', personId, name: 'x', lifetimeMs: LONGEST_MS.setup });
    expect(await setUpFirst(one)).toBeUndefined();
    expect((await one.people.person(admin)).admitted).toBeUndefined();
    now = new Date('2026-03-02T09:00:00Z');
    expect((await setUpFirst(one))?.secret).toMatch(/^rastro_u_/);
  });

  it('lets nobody in again who was barred', async () => {
    const one = await access();
    await setUpFirst(one);
    const data = { personId: admin, reason: 'left' };
    await one.people.record(admin, [decidePerson.PersonBarred(data)], { actor: clerk, commandId: 'b', commandHash: 'b', expected: 'any' }); // prettier-ignore
    now = new Date('2026-03-02T09:00:00Z');
    expect(await setUpFirst(one)).toBeUndefined();
  });

  it('prints lines that choose a password and sign in', async () => {
    const one = await access();
    const app = await createApi({ ...book, known: book.known, recorder: book.recorder, readModels: book.readModels, access: one }); // prettier-ignore
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as { port: number };
    const link = await setUpFirst(one);
    const printed = setUpLines(`http://127.0.0.1:${port}`, link ?? { expiresAt: '' as never });
    const lines = [...printed.matchAll(/curl -s (\S+) -H '([^:]+): ([^']+)' -d '(.*)'$/gm)];
    const answers: unknown[] = [];
    for (const [, url = '', name = '', value = '', body = ''] of lines) {
      const response = await fetch(url, { method: 'POST', headers: { [name]: value }, body: body.replace(`'"$password"'`, password) }); // prettier-ignore
      answers.push([response.status, await response.json()]);
    }
    await app.close();
    expect(answers).toEqual([
      [201, { personId: admin, name: 'admin' }],
      [201, expect.objectContaining({ secret: expect.stringMatching(/^rastro_s_/), name: 'admin' })],
    ]);
    now = new Date('2026-03-02T12:00:00Z');
    expect(await setUpFirst(one)).toBeUndefined();
  });
});

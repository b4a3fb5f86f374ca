import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';

import { poolOf } from './connections.js';
import { JobPool } from './job-pool.js';

describe('a pool of the queues whose server hangs up on everybody', () => {
  let tries = 0;
  const server = createServer((socket) => {
    tries += 1;
    socket.destroy();
  });
  afterEach(() => void server.close());

  it('tries once for all who ask, after it was found to be lost', async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const pool = poolOf({ host: '127.0.0.1', port, user: 'nobody', max: 12 }, JobPool);
    await expect(pool.connect()).rejects.toThrow();
    expect(tries).toBe(1);
    const asked = await Promise.allSettled(Array.from({ length: 12 }, () => pool.query('select 1')));
    expect(asked.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 'rejected'));
    expect(tries).toBe(2);
    await pool.end();
  });
});

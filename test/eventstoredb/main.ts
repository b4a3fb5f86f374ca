import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

import { makeCertificate } from './certificate.js';
import { type Call, CALLS, type Fault, FAULTS } from './faults.js';
import { TestServer } from './server.js';

/**
 * The double as a process of its own, which can be killed, frozen and started again on the same log. Prints its URL, then asks
 * for faults on standard input, one a line: `append silent 3`, or `clear`.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    log: { type: 'string' },
    tls: { type: 'boolean', default: false },
    user: { type: 'string' },
  },
});

const server = await TestServer.start({
  port: Number(values.port),
  ...(values.log ? { file: values.log } : {}),
  ...(values.tls ? { tls: makeCertificate() } : {}),
  ...(values.user ? { user: values.user } : {}),
});
process.stdout.write(`${server.url}\n`);

const obey = (line: string): void => {
  const [call = '', fault = '', times = '1'] = line.trim().split(/\s+/);
  if (call === 'clear') server.faults.clear();
  else if (CALLS.includes(call as Call) && FAULTS.includes(fault as Fault))
    server.faults.ask(call as Call, fault as Fault, Number(times));
  else process.stderr.write(`no such fault: ${line}\n`);
};
const lines = createInterface({ input: process.stdin });
lines.on('line', obey);
lines.on('close', () => server.stop());

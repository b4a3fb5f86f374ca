import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

import { problemOf } from './problems.filter.js';
import { securityHeaders } from './security-headers.js';

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

const malformed: Refusal = { status: 400, code: 'request-malformed', detail: 'This is not HTTP/1.1.' };

const refusals: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'request-late', detail: 'The request did not come whole in time.' },
  HPE_HEADER_OVERFLOW: { status: 431, code: 'head-too-large', detail: 'Send at most 16 kB of address and headers.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, code: 'body-too-large', detail: 'Send chunks without extensions.' },
};

const answerTo = (refusal: Refusal): string => {
  const body = JSON.stringify(problemOf(refusal));
  const headers = Object.entries({
    ...securityHeaders(false),
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  });
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}\r\n${head}\r\n${body}`;
};

/** Answers bytes that never became a request, in the words of every other refusal, and ends their connection. */
export const refuseRaw = (error: Error & { readonly code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) socket.destroy();
  else socket.end(answerTo(refusals[error.code ?? ''] ?? malformed), () => socket.destroy());
};

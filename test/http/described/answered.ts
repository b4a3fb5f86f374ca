import type { Asked } from './asking.js';
import type { ApiDocument, Operation, Schema } from './document.js';

import type { Reply } from '../service.js';

interface Problem {
  readonly type?: unknown;
  readonly code?: unknown;
  readonly status?: unknown;
  readonly title?: unknown;
  readonly detail?: unknown;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly message: string }[];
}

const CODE = /^[a-z]+(-[a-z]+)*$/;
const POINTER = /^(\/([^/~]|~[01])*)*$/;
/** Refused though right by the schema: what the book holds decides, or what another field says. */
const LATER = new Set(['position-unknown', 'position-twice', 'quarter-malformed']);

/** What is wrong with the body of a refusal, beside what its schema says. */
const wrongInProblem = (status: number, problem: Problem): string[] => {
  const { type, code, errors = [] } = problem;
  const wrong: string[] = [];
  if (typeof code !== 'string' || !CODE.test(code)) wrong.push(`the code is ${JSON.stringify(code)}`);
  if (type !== `urn:rastro:problem:${String(code)}`) wrong.push('the type is not that of the code');
  if (problem.status !== status) wrong.push('the body says another status');
  if (!problem.title || !problem.detail) wrong.push('it says nothing to people');
  for (const { pointer, code: at, message } of errors)
    if (!POINTER.test(pointer) || !CODE.test(at) || !message)
      wrong.push(`the complaint ${pointer} ${at} is ill-formed`);
  return wrong;
};

const wrongInHeaders = (document: ApiDocument, described: Operation['responses'][string], headers: Headers): string[] =>
  Object.entries(described.headers ?? {}).flatMap(([name, { required, schema }]) => {
    const value = headers.get(name);
    if (value === null) return required ? [`${name} is missing`] : [];
    return document.wrong(schema, value).map((why) => `${name}: ${why}`);
  });

/** What was sent as a JSON text, where it is one. */
const sent = (body: unknown): unknown => {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return body;
  try {
    return JSON.parse(Buffer.from(body).toString()) as unknown;
  } catch {
    return undefined;
  }
};

/** The body of a request against its schema: what is not right by it is refused, and what is right is not called invalid. */
const wrongInJudgement = (document: ApiDocument, schema: Schema, { body, kind }: Asked, reply: Reply): string[] => {
  const faults = document.wrong(schema, sent(body) ?? null);
  if (faults.length > 0 && reply.status < 400) return [`taken, though ${faults.join('; ')}`];
  const { code, errors = [] } = reply.body as Problem;
  if (kind !== 'right' || faults.length > 0 || code !== 'invalid') return [];
  return errors
    .filter((error) => !LATER.has(error.code) && !['/data', '/handling'].some((at) => error.pointer.startsWith(at)))
    .map(({ pointer, code: at }) => `refused, though right by its schema: ${pointer} ${at}`);
};

/** Everything in which an answer differs from the document. */
export const wrongIn = (document: ApiDocument, operation: Operation, request: Asked, reply: Reply): string[] => {
  const { status, headers, body } = reply;
  const described = operation.responses[status];
  if (!described) return [`${status} is not listed`];
  const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
  const schema = described.content?.[type]?.schema;
  if (!schema) return [`${status} as ${type} is not listed`];
  return [
    ...(status >= 500 && status !== 503 ? ['it failed'] : []),
    ...document.wrong(schema, body),
    ...(type === 'application/problem+json' ? wrongInProblem(status, body as Problem) : []),
    ...wrongInHeaders(document, described, headers),
    ...(operation.contentType === 'application/json' && operation.body
      ? wrongInJudgement(document, operation.body, request, reply)
      : []),
  ];
};

import { type Identifier, identifierOf } from '#casework';

import type { Warning } from './answer.js';

type Data = Readonly<Record<string, unknown>>;

/**
 * Input as the law takes it: the identifiers read, the rest as it was told.
 * @throws Refused `identifier-malformed`, `country-unknown`.
 */
export const inputOf = (body: Data, at = ''): Data => {
  const { identifiers } = body;
  if (!Array.isArray(identifiers)) return body;
  const read = (one: unknown, index: number): Identifier =>
    identifierOf(one as Parameters<typeof identifierOf>[0], `${at}/identifiers/${index}`);
  return { ...body, identifiers: identifiers.map(read) };
};

/** What is recorded as it was told, though it looks like a slip. */
export const warningsOf = ({ identifiers }: Data, at = ''): Warning[] =>
  ((identifiers ?? []) as readonly Identifier[]).flatMap(({ check, kind }, index) =>
    check === 'mismatch'
      ? [
          {
            pointer: `${at}/identifiers/${index}/raw`,
            code: 'checksum-mismatch',
            message: `The check digit of this ${kind} is wrong. It is recorded as it was given; correct the entry if it is a slip.`,
          },
        ]
      : [],
  );

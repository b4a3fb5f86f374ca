/**
 * A refusal: the answer to bad input or to a fact the law does not admit. It is thrown, never returned half-way,
 * and carries what the person needs to mend it. Anything else that is thrown is a defect.
 *
 * `code` is stable and part of the public contract. `detail` holds plain values for the message and for machines.
 * `at` is a JSON pointer into the input ("/effectiveOn") where one place is to blame.
 */
export class Refused<Code extends string = string> extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly code: Code,
    message: string,
    readonly detail: Readonly<Record<string, unknown>> = {},
    readonly at?: string,
  ) {
    super(message);
  }
}

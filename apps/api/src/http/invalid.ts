/** One wrong place of the input. */
export interface Complaint {
  /** JSON pointer into the body, or the query or path as a body of their names. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** Input that is wrong in its form: every wrong place is named, so that one attempt mends them all. */
export class Invalid extends Error {
  override readonly name = 'Invalid';

  constructor(
    readonly code: string,
    message: string,
    readonly complaints: readonly Complaint[] = [],
    readonly status = 400,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

import { Refused } from '#core';

/** How much to give and where to go on: `after` is the `next` of the page before. */
export interface PageAsked {
  readonly limit: number;
  readonly after?: string | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
}

export const encodeCursor = (parts: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

type Forms<Parts> = { readonly [Index in keyof Parts]: (part: unknown) => boolean };

export const isPlace = (part: unknown): boolean => Number.isSafeInteger(part) && (part as number) >= 0;

/** Any text that a row may hold. */
export const isText = (part: unknown): boolean => typeof part === 'string' && !part.includes('\0');

/** The parts of a cursor, each of its form. @throws Refused `cursor-malformed`. */
export const decodeCursor = <Parts extends readonly (string | number)[]>(
  cursor: string,
  ...forms: Forms<Parts>
): Parts => {
  try {
    const parts = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown;
    if (Array.isArray(parts) && parts.length === forms.length && forms.every((is, index) => is(parts[index])))
      return parts as unknown as Parts;
  } catch {
    // Refused below like any other text that is no cursor of ours.
  }
  throw new Refused('cursor-malformed', 'Give the `next` of the page before, unchanged.', { given: cursor }, '/after');
};

/** The same of one place. */
export const placeIn = (cursor: string): number => decodeCursor<[number]>(cursor, isPlace)[0];

/** Cuts `limit + 1` rows to a page. */
export const pageOf = <Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursor: (row: Row) => readonly (string | number)[],
  item: (row: Row) => Item,
): Page<Item> => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(item), ...(rows.length > limit && last ? { next: encodeCursor(cursor(last)) } : {}) };
};

import type { Told } from './needs.js';
import type { DayFormat } from './schema.js';

/** A condition on the columns of a row. */
export type Condition =
  | { readonly column: string; readonly empty: boolean }
  | { readonly column: string; readonly filled: boolean }
  | { readonly column: string; readonly equals: string }
  | { readonly column: string; readonly in: readonly string[] }
  /** Only its letters, in upper case, are compared: `U.S.C.` has the letters `USC`. */
  | { readonly column: string; readonly letters: string }
  /** By the name of a pattern. */
  | { readonly column: string; readonly matches: string }
  | { readonly any: readonly Condition[] }
  | { readonly all: readonly Condition[] };

/** A day; `window` names the plausible days, `missing` the code of the question when the cell is empty. */
export interface DayField {
  readonly day: string;
  readonly formats?: readonly DayFormat[];
  readonly window?: string;
  readonly missing?: string;
}

/** A number as a decimal string; of a longer text, the group `amount` of a named pattern. Decimal point unless said. */
export interface NumberField {
  readonly number: string;
  readonly decimal?: string;
  readonly thousands?: string;
  readonly pattern?: string;
}

/** A piece of a text: the group of a named pattern, such as the currency beside an amount; renamed by `values`. */
export interface CutField {
  readonly cut: string;
  readonly pattern: string;
  readonly group: string;
  readonly values?: Readonly<Record<string, string>>;
}

/** A value by another; what is neither mapped nor asked about is a question. */
export interface MapField {
  readonly map: string;
  readonly values: Readonly<Record<string, Field>>;
  readonly questions?: Readonly<Record<string, string>>;
}

/** The first whose condition holds; without `else`, the field is left out when none does. */
export interface ChooseField {
  readonly choose: readonly { readonly when: Condition; readonly value: Field }[];
  readonly else?: Field;
}

/** Texts one after another; those whose columns are all empty are left out. */
export interface JoinField {
  readonly join: readonly Field[];
  readonly by?: string;
}

/** An identifier, checked by its kind; left out when the cell is empty. */
export interface IdentifierField {
  readonly identifier: string;
  readonly from: string;
  readonly country?: string;
}

/** How one field of an event comes out of a row: a constant, a text with `{Column}` in it, or an operator. */
export type Field =
  | string
  | number
  | boolean
  | readonly Field[]
  | DayField
  | NumberField
  | CutField
  | MapField
  | ChooseField
  | JoinField
  | IdentifierField
  | { readonly [name: string]: Field };

export type Fields = Readonly<Record<string, Field>>;

export interface MappedEvent {
  readonly type: Told;
  readonly when?: Condition;
  readonly fields: Fields;
}

export interface MappedFact {
  readonly name: string;
  readonly when?: Condition;
  readonly events: readonly MappedEvent[];
}

/** A row that stands as recorded and still raises a question. */
export interface OpenQuestion {
  readonly when: Condition;
  readonly column: string;
  readonly code: string;
  readonly reason: string;
}

export interface Mapping {
  readonly name: string;
  readonly version: number;
  /** `names` are the columns in order, of a file without a header. */
  readonly file: {
    readonly encoding: string;
    readonly delimiter: string;
    readonly quote?: string;
    readonly names?: readonly string[];
  };
  /** Columns that are read; all others never reach a fact or a question. */
  readonly columns: readonly string[];
  /** Columns that must not be read, said aloud. */
  readonly drop?: readonly string[];
  readonly days: readonly DayFormat[];
  readonly windows?: Readonly<Record<string, { readonly from: string; readonly to: string; readonly code: string }>>;
  /** Regular expressions by name. */
  readonly patterns?: Readonly<Record<string, string>>;
  /** The first key whose columns are all filled names the case; the same for the asset. */
  readonly case: { readonly key: readonly string[]; readonly fields: Fields };
  readonly asset: { readonly key: readonly string[] };
  /** In order; the events of a fact are recorded together or not at all. */
  readonly facts: readonly MappedFact[];
  readonly questions?: readonly OpenQuestion[];
}

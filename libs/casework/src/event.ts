/** A fact: its type in the past tense, unique in the system, and what it says. Money in it stands as decimal strings. */
export interface Event<Type extends string, Data extends object> {
  readonly type: Type;
  readonly data: Readonly<Data>;
}

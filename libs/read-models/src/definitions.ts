import { Refused } from '#core';
import type { Place } from '#ledger';

/** A figure: which crossings of value it counts. Named and versioned; a new rule is a new version. */
export interface Definition {
  readonly name: string;
  readonly version: number;
  readonly title: string;
  readonly kind: 'flow' | 'stock';
  readonly from: readonly Place[];
  readonly to: readonly Place[];
}

const flow = (name: string, title: string, from: readonly Place[], to: readonly Place[]): Definition => ({
  name,
  version: 1,
  title,
  kind: 'flow',
  from,
  to,
});

const restrained: readonly Place[] = ['frozen', 'seized'];
const beforeFinal: readonly Place[] = ['identified', 'frozen', 'seized', 'released', 'confiscated'];
const held: readonly Place[] = ['identified', 'frozen', 'seized', 'confiscated', 'confiscated-final', 'lost'];

/** Measures are never added to each other (domain rule 7.2 no. 1): each is a figure of its own. */
export const definitions: readonly Definition[] = [
  flow('value-identified', 'Identified in the period', ['outside'], ['identified']),
  flow('value-seized', 'Frozen or seized in the period for the first time', ['identified'], restrained),
  flow('value-restrained-again', 'Frozen or seized again after a release', ['released'], restrained),
  flow(
    'value-confiscated-not-final',
    'Confiscation ordered, appeal open',
    ['identified', 'frozen', 'seized', 'released'],
    ['confiscated'],
  ),
  flow('value-confiscated', 'Confiscated for good', beforeFinal, ['confiscated-final']),
  flow('value-released', 'Released', [...held], ['released']),
  flow('value-realised', 'Sold, at what it brought', [...held], ['sold']),
  flow('value-public-use', 'Given to public or social use', [...held], ['public-use']),
  flow('value-victims', 'Restituted to victims', [...held], ['victims']),
  flow('value-shared', 'Shared with another State', [...held], ['shared']),
  flow('value-destroyed', 'Destroyed', [...held], ['destroyed']),
  flow('value-lost', 'Lost', [...held], ['lost']),
  {
    name: 'value-held',
    version: 1,
    title: 'What stands at the end of the period',
    kind: 'stock',
    from: [],
    to: held.filter((place) => place !== 'lost'),
  },
];

/** @throws Refused `definition-unknown`. */
export const definitionsOf = (names: readonly string[] = [], at = '/definition'): readonly Definition[] => {
  const found = names.map((name) => {
    const definition = definitions.find((one) => one.name === name || idOf(one) === name);
    const known = definitions.map((one) => one.name);
    if (!definition)
      throw new Refused('definition-unknown', `Ask for one of ${known.join(', ')}.`, { given: name }, at);
    return definition;
  });
  return found.length > 0 ? found : definitions;
};

/**
 * The same, where quarters may be told apart. What stands at the end of a period came in many quarters, and is of none: it is left
 * out of all definitions, and refused by its name.
 * @throws Refused `definition-unknown`, `stock-by-quarter`.
 */
export const definitionsFor = (
  names: readonly string[] = [],
  byQuarter: boolean,
  at?: string,
): readonly Definition[] => {
  const found = definitionsOf(names, at);
  const stock = byQuarter ? found.find(({ kind }) => kind === 'stock') : undefined;
  if (!stock) return found;
  const hint = `${stock.name} is what stands at the end of the period: ask for each quarter as the period, and not by quarter.`;
  if (names.length > 0) throw new Refused('stock-by-quarter', hint, { given: idOf(stock) }, at ?? '/definition');
  return found.filter(({ kind }) => kind !== 'stock');
};

export const idOf = ({ name, version }: Definition): string => `${name}@${version}`;

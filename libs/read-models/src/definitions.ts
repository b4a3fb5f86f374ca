import { Refused } from '#core';
import { exits, type Place } from '#ledger';

/**
 * Why value moved. What measures and identifications moved, unless it was taken in as an opening balance; what was; what is worth
 * more or less; and what stands elsewhere, for another network, or as another asset. No value moves where an order is counted.
 */
export const movements = ['measured', 'opened', 'revalued', 'transferred', 'ordered'] as const;
export type Movement = (typeof movements)[number];

/** A figure: which crossings of value it counts. Named and versioned; a new rule is a new version. */
export type Definition = Flow | Stock;

interface Named {
  readonly name: string;
  readonly version: number;
  readonly title: string;
  /**
   * In the sum that closes: all figures with a sign, each taken by it, add up to nothing (domain.md 7.3: opening stock, what came in, what
   * went out, what was revalued, closing stock).
   */
  readonly sign?: 1 | -1;
  /** What it counts, unless it is assets and what they are worth. */
  readonly tells?: 'orders';
}

/** What crossed from some places to others in the period; `net`: less what crossed back. */
interface Flow extends Named {
  readonly kind: 'flow' | 'net';
  readonly movement: Movement;
  readonly from: readonly Place[];
  readonly to: readonly Place[];
  /** An asset counts when it gets there for the first time, or each time. */
  readonly counts: 'first' | 'each';
}

/** What stands at some places when the period begins, or ends. */
interface Stock extends Named {
  readonly kind: 'stock';
  readonly at: 'start' | 'end';
  readonly from: readonly Place[];
  readonly to: readonly Place[];
}

const flow = (name: string, title: string, from: readonly Place[], to: readonly Place[]): Flow => ({
  name, version: 1, title, kind: 'flow', movement: 'measured', from, to, counts: 'first',
}); // prettier-ignore

const stock = (name: string, title: string, at: Stock['at'], sign: 1 | -1): Stock => ({
  name, version: 1, title, kind: 'stock', at, from: [], to: held, sign,
}); // prettier-ignore

const restrained: readonly Place[] = ['frozen', 'seized'];
const beforeFinal: readonly Place[] = ['identified', 'frozen', 'seized', 'released', 'confiscated'];
const held: readonly Place[] = ['identified', 'frozen', 'seized', 'confiscated', 'confiscated-final'];
/** What is lost has left, and can leave for good. */
const heldOrLost: readonly Place[] = [...held, 'lost'];
const gone: readonly Place[] = [...exits];

/** An order counts in the quarter in which it was executed first, once, over however many assets it is (domain.md 6.3). */
const executed = (name: string, title: string, to: readonly Place[]): Flow => ({
  ...flow(name, title, ['outside'], to), movement: 'ordered', tells: 'orders',
}); // prettier-ignore

/** Measures are never added to each other (domain rule 7.2 no. 1): each is a figure of its own. */
export const definitions: readonly Definition[] = [
  { ...flow('value-identified', 'Identified in the period', ['outside'], ['identified']), sign: 1 },
  flow('value-seized', 'Frozen or seized in the period for the first time', ['identified'], restrained),
  {
    ...flow('value-restrained-again', 'Frozen or seized again after a release', ['released'], restrained),
    counts: 'each',
  },
  flow(
    'value-confiscated-not-final',
    'Confiscation ordered, appeal open',
    ['identified', 'frozen', 'seized', 'released'],
    ['confiscated'],
  ),
  flow('value-confiscated', 'Confiscated for good', beforeFinal, ['confiscated-final']),
  flow('value-released', 'Released', heldOrLost, ['released']),
  flow('value-realised', 'Sold, at what it brought', heldOrLost, ['sold']),
  flow('value-public-use', 'Given to public or social use', heldOrLost, ['public-use']),
  flow('value-victims', 'Restituted to victims', heldOrLost, ['victims']),
  flow('value-shared', 'Shared with another State', heldOrLost, ['shared']),
  flow('value-destroyed', 'Destroyed', heldOrLost, ['destroyed']),
  flow('value-lost', 'Lost', heldOrLost, ['lost']),
  stock('value-held', 'What stands at the end of the period', 'end', -1),
  stock('value-held-before', 'What stood when the period began', 'start', 1),
  {
    ...flow('value-opened', 'Taken in as an opening balance, not moved in the period', ['outside', ...gone], held),
    movement: 'opened',
    counts: 'each',
    sign: 1,
  },
  {
    ...flow('value-returned', 'Held again: found, or taken again after a release', gone, held),
    counts: 'each',
    sign: 1,
  },
  { ...flow('value-left', 'Left in the period, for whichever exit', held, gone), sign: -1 },
  {
    ...flow('value-revalued', 'Worth more or less while it stood', ['revaluation'], held),
    kind: 'net',
    movement: 'revalued',
    sign: 1,
  },
  {
    ...flow('value-transferred', 'Come from another network, place or asset, less what went there', ['outside'], held),
    kind: 'net',
    movement: 'transferred',
    sign: 1,
  },
  executed('freezing-orders-executed', 'Orders under which something was frozen or seized for the first time', restrained), // prettier-ignore
  executed('confiscation-orders-executed', 'Orders under which something was confiscated for good for the first time', ['confiscated-final']), // prettier-ignore
];

/** Each once, however often and by whichever name it was asked for. @throws Refused `definition-unknown`. */
export const definitionsOf = (names: readonly string[] = [], at = '/definition'): readonly Definition[] => {
  const found = names.map((name) => {
    const definition = definitions.find((one) => one.name === name || idOf(one) === name);
    const known = definitions.map((one) => one.name);
    if (!definition)
      throw new Refused('definition-unknown', `Ask for one of ${known.join(', ')}.`, { given: name }, at);
    return definition;
  });
  return found.length > 0 ? [...new Set(found)] : definitions;
};

/**
 * The same, where quarters may be told apart. What stands at one moment came in many quarters, and is of none: it is left out of all
 * definitions, and refused by its name.
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
  const hint = `${stock.name} is what stands at one moment: ask for each quarter as the period, and not by quarter.`;
  if (names.length > 0) throw new Refused('stock-by-quarter', hint, { given: idOf(stock) }, at ?? '/definition');
  return found.filter(({ kind }) => kind !== 'stock');
};

/** Whether figures are all of the sum that closes: of some of them nothing can be said. */
export const isStatement = (asked: readonly Definition[]): boolean =>
  definitions.every((definition) => !definition.sign || asked.includes(definition));

export const idOf = ({ name, version }: Definition): string => `${name}@${version}`;

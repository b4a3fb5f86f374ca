import { type CountryCode, isMemberState } from '#core';

import { refuse } from './refusals.js';

/**
 * Acts that a second person approves before they are in force (domain.md 8.3). Which of them need it is kept as events.
 * `import`: to have a register taken in that can record any of the others.
 */
export const fourEyesActs = [
  'release',
  'disposal',
  'destruction',
  'void',
  'correction',
  'duplicate',
  'attribution',
  'valuation',
  'disclosure',
  'import',
] as const;
export type FourEyesAct = (typeof fourEyesActs)[number];

export interface FourEyesRule {
  readonly required: boolean;
  /** Of an attribution, from how many basis points on, given or taken in all; of a valuation, from how many euro on, now or before. */
  readonly from?: string;
}
export type FourEyes = { readonly [A in FourEyesAct]: FourEyesRule };

/** The rules a book begins with. [INF] thresholds: they are data, and changed by an event. */
export const shippedFourEyes: FourEyes = {
  release: { required: true },
  disposal: { required: true },
  destruction: { required: true },
  void: { required: true },
  correction: { required: true },
  duplicate: { required: true },
  attribution: { required: true, from: '5000' },
  valuation: { required: true, from: '1000000.00' },
  disclosure: { required: true },
  import: { required: true },
};

/** The law names an approver of these: the rule cannot be taken away. */
export const alwaysApproved: readonly FourEyesAct[] = ['void', 'correction', 'duplicate'];

/** Who is no Member State of the Union (LED Art. 35). */
export const isThirdState = (country: CountryCode): boolean => !isMemberState(country);

/** What a threshold must know of an act: how much it changes. */
export interface Measured {
  /** Of an attribution: how much it gives to networks, or takes from them, whichever is more. */
  readonly weightBp?: number;
  /** Of a valuation: what it says, or what was said before, whichever is more, in cents; unknown is above every threshold. */
  readonly eurCents?: bigint | undefined;
  readonly jurisdiction?: CountryCode;
}

/** Which act of the list a fact is, if any. */
export const actOf = (type: string, data: Readonly<Record<string, unknown>>): FourEyesAct | undefined => {
  switch (type) {
    case 'AssetReleased':
      return 'release';
    case 'AssetDisposed':
      return data['outcome'] === 'destroyed' ? 'destruction' : 'disposal';
    case 'EntryVoided':
      return 'void';
    case 'EntryCorrected':
      return 'correction';
    case 'DuplicateDeclared':
      return 'duplicate';
    case 'CaseAttributedToNetworks':
      return 'attribution';
    case 'AssetValued':
      return 'valuation';
    case 'CaseShared':
      return 'disclosure';
    default:
      return undefined;
  }
};

/** What a threshold of an act is. Of the others there is none. */
const thresholds: { readonly [A in FourEyesAct]?: { readonly is: RegExp; readonly ask: string } } = {
  attribution: { is: /^([1-9]\d{0,3}|10000)$/, ask: 'Give a whole number of basis points from 1 to 10000.' },
  valuation: { is: /^(0|[1-9]\d{0,14})\.\d{2}$/, ask: 'Give euro with two decimals, as 1000000.00.' },
};

/** @throws Refused `threshold-malformed`. */
export const assertThreshold = (act: FourEyesAct, from: string | undefined): void => {
  if (from === undefined) return;
  const { is, ask } = thresholds[act] ?? { is: undefined, ask: `Leave it out: ${act} has no threshold.` };
  if (!is?.test(from)) refuse('threshold-malformed', ask, { act }, '/from');
};

const cents = (text: string): bigint => BigInt(text.replace('.', ''));

/** Whether a second person must approve it. */
export const needsApproval = (rules: FourEyes, act: FourEyesAct, measured: Measured): boolean => {
  const { required, from } = rules[act];
  if (!required) return false;
  if (act === 'attribution') return (measured.weightBp ?? 0) >= Number(from ?? 0);
  if (act === 'valuation') return measured.eurCents === undefined || measured.eurCents >= cents(from ?? '0.00');
  if (act === 'disclosure') return measured.jurisdiction === undefined || isThirdState(measured.jurisdiction);
  return true;
};

/** What a register can have recorded, with what its mapping says of it: what is left to the rows is not there. */
export interface Recordable {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const WHOLE_BP = 10_000;

const weightOf = (attributions: unknown): number => {
  const weights = (Array.isArray(attributions) ? attributions : [{}]) as readonly { weightBp?: unknown }[];
  return weights.reduce((sum, { weightBp }) => sum + (typeof weightBp === 'number' ? weightBp : WHOLE_BP), 0);
};

const actsIn = ({ type, data }: Recordable): readonly FourEyesAct[] => {
  if (type === 'AssetDisposed' && data['outcome'] === undefined) return ['disposal', 'destruction'];
  const act = actOf(type, data);
  return act ? [act] : [];
};

/** Whether a register must be approved before it is taken in. What its mapping leaves to the rows is above every threshold. */
export const importNeedsApproval = (rules: FourEyes, recordable: readonly Recordable[]): boolean =>
  recordable.some((one) =>
    actsIn(one).some(
      (act) =>
        (rules.import.required || alwaysApproved.includes(act)) &&
        needsApproval(rules, act, { weightBp: weightOf(one.data['attributions']) }),
    ),
  );

import type { AssetId, Day } from '#core';

import type { AssetState } from './asset.js';
import type { Rules } from './decision.js';
import type { Event } from './event.js';
import { activeAsset, afterIdentification, assertDays } from './guards.js';
import type { Disposal } from './measure.js';
import { refuse } from './refusals.js';

// Stored names and fields: add, never change.

export const barGrounds = ['victim-claim', 'evidence-hold'] as const;
export type BarGround = (typeof barGrounds)[number];

/** One ground may bar an asset several times over: two victims, two proceedings. The reference tells them apart. */
interface Barring {
  assetId: AssetId;
  ground: BarGround;
  /** Of the claim, or of the proceedings that need the evidence, in the authority's own files: no name of a person. */
  reference: string;
}

/**
 * From this day on the asset is not disposed of: a victim's claim is pending (Regulation (EU) 2018/1805 Art. 30(5)), which
 * nothing but the victim's compensation may overtake, or it is needed as evidence (Art. 29(2)(b)), which bars its return too.
 */
export type DisposalBarred = Event<'DisposalBarred', Barring & { barredOn: Day }>;

/** The claim was decided, or the evidence is needed no more: from this day on it bars nothing. */
export type DisposalBarLifted = Event<'DisposalBarLifted', Barring & { liftedOn: Day; outcome?: string }>;

/** A bar as the file of the asset keeps it: open until it is lifted, and kept afterwards. */
export interface Bar extends Omit<Barring, 'assetId'> {
  readonly barredOn: Day;
  readonly liftedOn?: Day;
  readonly outcome?: string;
}

const alike = (bar: Bar, { ground, reference }: Omit<Barring, 'assetId'>): boolean =>
  bar.ground === ground && bar.reference === reference;

/** The bars of an asset after one more fact about them. */
export const barsAfter = (bars: readonly Bar[], event: DisposalBarred | DisposalBarLifted): readonly Bar[] => {
  if (event.type === 'DisposalBarred') {
    const { ground, reference, barredOn } = event.data;
    return [...bars, { ground, reference, barredOn }];
  }
  const { liftedOn, outcome } = event.data;
  const lifted = { liftedOn, ...(outcome === undefined ? {} : { outcome }) };
  return bars.map((bar) => (alike(bar, event.data) && !bar.liftedOn ? { ...bar, ...lifted } : bar));
};

/** What still bars the substitute of an asset that was converted on a day. */
export const barsInherited = (bars: readonly Bar[], on: Day): readonly Bar[] =>
  bars.filter(({ liftedOn }) => !liftedOn || liftedOn > on);

/** What is done with an asset: disposed of in some way, or converted into another. */
export type Parting = Disposal | 'converted';

/** A substitute takes over the claims; a claim is no reason not to satisfy it. Evidence must stay what it is. */
const bars = ({ ground }: Pick<Bar, 'ground'>, parting: Parting): boolean =>
  ground === 'evidence-hold' || (parting !== 'victims' && parting !== 'converted');

const openOn = ({ barredOn, liftedOn }: Bar, on: Day): boolean => barredOn <= on && (!liftedOn || on < liftedOn);

/** @throws Refused `disposal-barred` while a claim or a hold stands in the way on that day. */
export const notBarred = (asset: AssetState, parting: Parting, on: Day): void => {
  const bar = asset.bars.find((one) => bars(one, parting) && openOn(one, on));
  if (!bar) return;
  const { ground, reference, barredOn } = bar;
  refuse('disposal-barred', 'It is barred. Record that the bar was lifted first.', { ground, reference, barredOn }, '/assetId'); // prettier-ignore
};

/** @throws Refused `disposal-barred`: what bars a duplicate would not bar the survivor. */
export const nothingOpen = (asset: AssetState): void => {
  const bar = asset.bars.find(({ liftedOn }) => !liftedOn);
  if (!bar) return;
  const { ground, reference } = bar;
  refuse('disposal-barred', 'It is barred. Bar the survivor, and void the bar of this one.', { ground, reference }, '/assetId'); // prettier-ignore
};

export const barRules: Rules<'DisposalBarred' | 'DisposalBarLifted'> = {
  DisposalBarred: (file, data) => {
    const asset = activeAsset(file, data.assetId);
    assertDays(data);
    const { barredOn, reference } = data;
    afterIdentification(asset, barredOn, '/barredOn');
    const standing = asset.bars.find((bar) => alike(bar, data) && (!bar.liftedOn || barredOn < bar.liftedOn));
    if (standing) refuse('bar-exists', 'It is barred so already. Lift that bar first.', { ...standing }, '/reference');
    const parted = asset.parted.find(({ on, parting }) => on >= barredOn && bars(data, parting));
    const hint = 'It was disposed of since. Correct or void that entry first.';
    if (parted) refuse('before-previous-measure', hint, { reference, disposedOn: parted.on }, '/barredOn');
  },
  DisposalBarLifted: (file, data) => {
    const asset = activeAsset(file, data.assetId);
    assertDays(data);
    const { ground, reference, liftedOn } = data;
    const open = asset.bars.find((bar) => alike(bar, data) && !bar.liftedOn);
    if (!open) return refuse('bar-not-open', 'No such bar is open on the asset.', { ground, reference }, '/reference');
    const { barredOn } = open;
    if (liftedOn < barredOn)
      refuse('ends-before-it-starts', 'It cannot be lifted before it barred.', { barredOn }, '/liftedOn');
  },
};

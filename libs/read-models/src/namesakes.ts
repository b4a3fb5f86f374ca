import type { CaseEvent } from '#casework';
import type { CaseId } from '#core';
import { idOfWords, type RecordedEvent } from '#event-store';

/**
 * An asset or an order to which a case gave an id that another case had given before. An id is of the case that had it first, as
 * the log has them: in the answers this one has another, made of the case and of the id it was told by.
 */
export interface Namesake {
  readonly kind: 'asset' | 'order';
  /** The entry that opened it. */
  readonly eventId: string;
  /** As its case calls it. */
  readonly told: string;
  /** As the answers call it. */
  readonly id: string;
}

/** What comes to be, as its case calls it. */
export type Opened = Pick<Namesake, 'kind' | 'told'>;

/** The asset or the order that comes to be with an event of a case. */
export const openedBy = ({ type, data }: CaseEvent): Opened | undefined => {
  if (type === 'AssetIdentified') return { kind: 'asset', told: data.assetId };
  if (type === 'AssetConverted') return { kind: 'asset', told: data.newAssetId };
  return type === 'OrderIssued' ? { kind: 'order', told: data.orderId } : undefined;
};

export const namesakeOf = (caseId: CaseId, opened: Opened, eventId: string): Namesake => ({
  ...opened,
  eventId,
  id: idOfWords('namesake', caseId, opened.kind, opened.told),
});

const found = (namesakes: readonly Namesake[] | undefined, { kind, told }: Opened): Namesake | undefined =>
  namesakes?.find((one) => one.kind === kind && one.told === told);

export const isIn = (namesakes: readonly Namesake[] | undefined, opened: Opened): boolean =>
  found(namesakes, opened) !== undefined;

/** As the answers call what the case calls so. */
export const ownId = (namesakes: readonly Namesake[] | undefined, kind: Namesake['kind'], told: string): string =>
  found(namesakes, { kind, told })?.id ?? told;

/** As its case calls it. */
export const toldId = (namesakes: readonly Namesake[] | undefined, id: string): string =>
  namesakes?.find((one) => one.id === id)?.told ?? id;

/** The event with the ids of the answers, wherever it speaks of what is in its case; a survivor may be in another. */
export const withOwnIds = (event: RecordedEvent, namesakes: readonly Namesake[]): RecordedEvent => {
  const asset = (told: unknown): string => ownId(namesakes, 'asset', told as string);
  const named = (data: object): object => {
    const renamed = ([key, value]: [string, unknown]): unknown => {
      if (key === 'entry' || key === 'data' || key === 'over') return named(value as object);
      if (key === 'assets') return (value as unknown[]).map(asset);
      if (key === 'orderId') return ownId(namesakes, 'order', value as string);
      return key === 'assetId' || key === 'newAssetId' ? asset(value) : value;
    };
    return Object.fromEntries(Object.entries(data).map((pair) => [pair[0], renamed(pair)]));
  };
  return { ...event, data: named(event.data) as RecordedEvent['data'] };
};

/** Those in the detail of a case, as JSON. */
export const namesakesIn = (text: string | null | undefined): readonly Namesake[] | undefined =>
  text ? (JSON.parse(text) as readonly Namesake[]) : undefined;

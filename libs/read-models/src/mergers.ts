import { type Grouping, type Mergers, survivors } from './cells.js';
import type { ReadModels } from './read-models.js';

type Filter = Partial<Record<Grouping, string>>;

const standingUnder = (network: string, [merged, remaining]: Mergers): string =>
  remaining[merged.indexOf(network)] ?? network;

/** A merged network is asked for under the one that remains of it, where its value stands. */
export const underRemaining = (filter: Filter = {}, mergers: Mergers): Filter =>
  filter.network === undefined ? filter : { ...filter, network: standingUnder(filter.network, mergers) };

/** A network with all that stand as one with it at a position: what remains of it, and what was merged into that. */
export const networksAsOne = async (rm: ReadModels, network: string, until?: number): Promise<string[]> => {
  const mergers = await survivors(rm, until ?? rm.position());
  const [merged, remaining] = mergers;
  const last = standingUnder(network, mergers);
  return [...new Set([last, ...merged.filter((_, index) => remaining[index] === last)])];
};

/** Into which network one was merged, and where that stands in the log. */
export interface NetworkMerger {
  readonly networkId: string;
  readonly into: string;
  readonly position: number;
}

/** The mergers that were recorded after one position and up to another, in the order of the log. */
export const mergersBetween = async (rm: ReadModels, from: number, to: number): Promise<NetworkMerger[]> => {
  const rows = await rm.db.query<{ network_id: string; merged_into: string; merged_position: string }>(
    `select network_id, merged_into, merged_position from ${rm.schema}.networks
     where merged_position > $1 and merged_position <= $2 order by merged_position`,
    [from, to],
  );
  return rows.map((row) => ({
    networkId: row.network_id,
    into: row.merged_into,
    position: Number(row.merged_position),
  }));
};

/** Whether a network was ever registered. */
export const isNetwork = async (rm: ReadModels, network: string): Promise<boolean> => {
  const text = `select 1 from ${rm.schema}.networks where network_id = $1`;
  return (await rm.db.query(text, [network])).length > 0;
};

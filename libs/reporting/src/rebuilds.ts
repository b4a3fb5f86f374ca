import { type Decider, type Decision, type Fact } from '#event-store';

// Stored names and fields: add, never change.

export const REBUILDS_STREAM = 'requests-rebuilds';
export const REBUILDS_QUEUE = 'rebuilds';

/** The read models are to be built anew from the log, beside those that stand. */
export interface RebuildRequested {
  readonly type: 'RebuildRequested';
  /** `accept`: take the new ones although they differ. */
  readonly data: { readonly rebuildId: string; readonly accept: boolean };
}

/** They were built and compared: so many rows, so many of them told otherwise than by those that stood. */
export interface RebuildConcluded {
  readonly type: 'RebuildConcluded';
  readonly data: {
    readonly rebuildId: string;
    /** The last position of the log in them. */
    readonly position: number;
    readonly rows: number;
    readonly differences: number;
    /** Whether they answer now. */
    readonly switched: boolean;
  };
}

export type RebuildEvent = RebuildRequested | RebuildConcluded;

export interface Rebuild {
  readonly asked: RebuildRequested['data'];
  concluded?: RebuildConcluded['data'];
}

/** By their ids, in the order in which they were asked for. */
export const rebuildsDecider: Decider<Map<string, Rebuild>> = {
  initial: () => new Map(),
  evolve(rebuilds, { type, data }: Fact) {
    const { rebuildId } = data as { rebuildId: string };
    const known = rebuilds.get(rebuildId);
    if (type === 'RebuildRequested') rebuilds.set(rebuildId, { asked: data as RebuildRequested['data'] });
    else if (type === 'RebuildConcluded' && known) known.concluded = data as RebuildConcluded['data'];
    else throw new Error(`nobody knows what ${type} means for a rebuild`);
    return rebuilds;
  },
};

export const requestRebuild =
  (data: RebuildRequested['data']): Decision<Map<string, Rebuild>> =>
  (rebuilds) =>
    rebuilds.has(data.rebuildId) ? [] : [{ type: 'RebuildRequested', data } satisfies RebuildRequested];

export const concludeRebuild =
  (data: RebuildConcluded['data']): Decision<Map<string, Rebuild>> =>
  (rebuilds) => {
    const known = rebuilds.get(data.rebuildId);
    return !known || known.concluded ? [] : [{ type: 'RebuildConcluded', data } satisfies RebuildConcluded];
  };

import { refuse, streamOf } from '#casework';
import type { CaseId, NetworkId, OperationId } from '#core';
import type { EventStore } from '#event-store';

interface Reference {
  readonly stream: string;
  readonly code: 'case-unknown' | 'network-unknown' | 'operation-unknown';
  readonly at: string;
}

const toNetwork = (id: unknown, at: string): Reference => ({
  stream: streamOf.network(id as NetworkId),
  code: 'network-unknown',
  at,
});

/** What a fact names outside its own stream. */
const referencesOf = (type: string, data: Readonly<Record<string, unknown>>): Reference[] => {
  if (type === 'NetworkMerged') return [toNetwork(data['into'], '/into')];
  if (type === 'CaseAttributedToNetworks') {
    const attributions = data['attributions'] as readonly { networkId: string }[];
    return attributions.map(({ networkId }, index) => toNetwork(networkId, `/attributions/${index}/networkId`));
  }
  if (type === 'CaseTaggedToOperation') {
    const stream = streamOf.operation(data['operationId'] as OperationId);
    return [{ stream, code: 'operation-unknown', at: '/operationId' }];
  }
  if (type === 'DuplicateDeclared') {
    const stream = streamOf.case(data['survivorCaseId'] as CaseId);
    return [{ stream, code: 'case-unknown', at: '/survivorCaseId' }];
  }
  return [];
};

/**
 * Streams only grow, so what was there once is there when the fact is decided. A case that somebody does not see is as none.
 * @throws Refused `*-unknown`.
 */
export const assertThere = async (
  store: EventStore,
  type: string,
  data: Readonly<Record<string, unknown>>,
  sees: (stream: string) => Promise<boolean> = () => Promise.resolve(true),
): Promise<void> => {
  for (const { stream, code, at } of referencesOf(type, data)) {
    const there = (await store.read(stream, 0, 1)).length > 0;
    if (there && (code !== 'case-unknown' || (await sees(stream)))) continue;
    refuse(code, 'It names something that is not in the book. Register it first.', { stream }, at);
  }
};

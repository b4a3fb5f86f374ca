import type { AssetId, CaseId, NetworkId, OperationId } from '#core';

import { refuse } from './refusals.js';
import { streamOf } from './streams.js';

/** What a fact names outside its own stream: it must be in the book before. */
export interface Reference {
  readonly stream: string;
  readonly code: 'case-unknown' | 'network-unknown' | 'operation-unknown';
  /** The field that names it. */
  readonly at: string;
  /** The asset in it that must count. */
  readonly survivorId?: AssetId;
}

type Naming = (data: Readonly<Record<string, unknown>>) => Reference[];

const toNetwork = (id: unknown, at: string): Reference => ({
  stream: streamOf.network(id as NetworkId),
  code: 'network-unknown',
  at,
});

const naming: Readonly<Record<string, Naming>> = {
  NetworkMerged: ({ into }) => [toNetwork(into, '/into')],
  CaseAttributedToNetworks: ({ attributions }) =>
    (attributions as readonly { networkId: string }[]).map(({ networkId }, index) =>
      toNetwork(networkId, `/attributions/${index}/networkId`),
    ),
  CaseTaggedToOperation: ({ operationId }) => [
    { stream: streamOf.operation(operationId as OperationId), code: 'operation-unknown', at: '/operationId' },
  ],
  DuplicateDeclared: ({ survivorCaseId, survivorId }) => [
    {
      stream: streamOf.case(survivorCaseId as CaseId),
      code: 'case-unknown',
      at: '/survivorCaseId',
      survivorId: survivorId as AssetId,
    },
  ],
};

/** Whether facts of this type name anything. */
export const isNaming = (type: string): boolean => Object.hasOwn(naming, type);

export const referencesOf = (type: string, data: object): Reference[] =>
  isNaming(type) ? (naming[type]?.({ ...data }) ?? []) : [];

/** @throws Refused `*-unknown`. */
export const refuseUnknown = ({ stream, code, at }: Reference): never =>
  refuse(code, 'It names something that is not in the book. Register it first.', { stream }, at);

import { Refused } from '#core';

/** Every way in which the law, or plain sense, refuses a fact of a case. Codes are public: add, never change. */
export const refusalCodes = [
  'case-unknown', 'case-exists', 'case-closed', 'case-open', 'asset-unknown', 'asset-exists', 'asset-voided', 'asset-is-duplicate',
  'asset-converted', 'asset-lost', 'order-unknown', 'order-exists', 'order-of-another-kind', 'order-not-over-asset', 'order-needed',
  'order-ended', 'order-not-final', 'order-under-appeal', 'order-not-under-appeal', 'order-already-final', 'order-exceeded', 'value-needed',
  'rate-needed', 'executed-before-issued', 'executed-in-another-jurisdiction', 'before-identification', 'before-previous-measure',
  'more-than-the-whole', 'nothing-to-release', 'nothing-to-confiscate', 'nothing-to-dispose-of', 'nothing-to-convert',
  'share-malformed', 'weights-exceed-the-whole', 'network-twice', 'not-an-asset-value', 'expires-before-extension', 'duplicate-of-itself',
  'entry-unknown', 'entry-not-correctable', 'entry-voided', 'entry-of-another-thing', 'approver-is-author', 'correction-breaks-history',
  'network-unknown', 'network-exists', 'network-merged', 'merged-into-itself', 'operation-unknown', 'operation-exists',
  'participant-unknown', 'ends-before-it-starts', 'rates-differ',
] as const; // prettier-ignore
export type RefusalCode = (typeof refusalCodes)[number];

/** @throws always: a `Refused` with a code of the closed list, a message that says what to do, and the place to blame. */
export const refuse = (
  code: RefusalCode,
  message: string,
  detail: Readonly<Record<string, unknown>> = {},
  at?: string,
): never => {
  throw new Refused<RefusalCode>(code, message, detail, at);
};

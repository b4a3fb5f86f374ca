import { Refused } from '#core';

/** Every way in which access is refused, and what it means. Codes are public: add, never change. */
export const refusals = {
  'person-unknown': 'nobody was admitted under this id',
  'person-exists': 'somebody else was admitted under this id',
  'name-taken': 'somebody else of the authority has the name',
  'person-barred': 'the person is barred',
  'grant-unknown': 'no such grant stands',
  'grant-exists': 'another grant stands under this id',
  'operation-needed': 'an action lead leads an operation',
  'ends-before-it-begins': 'its last day lies before its first',
  'proposal-unknown': 'nothing was proposed under this id',
  'proposal-settled': 'it was approved, rejected or withdrawn, or it has run out',
  'approver-is-proposer': 'a second person approves',
  'approver-of-same-role': 'a person of another role approves',
  'approver-not-allowed': 'who approved it may not approve there',
  'proposer-not-allowed': 'who proposed it may not record there any more',
  'entry-changed': 'the entry says something else than when it was proposed',
  'approval-needed': 'a second person must approve it, and none did',
  'not-yours': 'only who proposed it withdraws it',
  'relation-needed': 'a rule about cases says how the role stands to them',
  'rule-fixed': 'the rule cannot be taken away',
  'threshold-malformed': 'the act has no such threshold',
  forbidden: 'the role does not allow it',
  'reason-needed': 'a written reason is asked for',
} as const;
export type AccessRefusal = keyof typeof refusals;
export const accessRefusals = Object.keys(refusals) as readonly AccessRefusal[];

/** @throws always. */
export const refuse = (
  code: AccessRefusal,
  message: string,
  detail: Readonly<Record<string, unknown>> = {},
  at?: string,
): never => {
  throw new Refused<AccessRefusal>(code, message, detail, at);
};

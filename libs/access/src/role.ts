import type { CountryCode, Day, Id, OperationId } from '#core';

export type GrantId = Id<'grant'>;

/**
 * What somebody is trusted with. An `investigator` records facts of the cases they work on; a `supervisor` answers for the
 * cases of a jurisdiction; an `action-lead` reviews those of a joint operation; a `reporting-job` counts and sees no case; an
 * `auditor` reads who looked at what and sees no case; an `administrator` admits people and runs the machine, and sees no case.
 */
export const roles = [
  'investigator',
  'supervisor',
  'action-lead',
  'reporting-job',
  'auditor',
  'administrator',
] as const;
export type Role = (typeof roles)[number];

/** A role, for an authority and a jurisdiction, for some days (both included); of an action lead, for an operation. */
export interface Grant {
  readonly grantId: GrantId;
  readonly role: Role;
  readonly authority: string;
  readonly jurisdiction: CountryCode;
  readonly operationId?: OperationId;
  readonly from: Day;
  readonly to?: Day;
  /** Whose claims gave it, and take it again; without, it was given by hand, and stands until it is revoked. */
  readonly issuer?: string;
}

/** Whether it holds on a day (UTC). */
export const holdsOn = ({ from, to }: Pick<Grant, 'from' | 'to'>, day: Day): boolean =>
  from <= day && (to === undefined || day <= to);

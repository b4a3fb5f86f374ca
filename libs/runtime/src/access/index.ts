export { type Access, type Accessing, issuerOf, openAccess } from './access.js';
export { admitClaimed, claimedId } from './claimed.js';
export { FreshFor } from './fresh.js';
export { Lease } from './lease.js';
export { People } from './people.js';
export { addressKey, type Allowed, Attempts, type Limit } from './attempts.js';
export { assertStrong } from './password-rules.js';
export { type Cost, hashPassword, isOutdated, verifyPassword } from './passwords.js';
export {
  Credentials,
  type Holder,
  type Issued,
  LONGEST_MS,
  type NewSecret,
  openCredentials,
  type Secret,
} from './credentials.js';
export { type SecretKind } from './secrets.js';
export { type ClaimedUntil, type Issuer, type IssuerSettings, openIssuer } from './issuer.js';
export { type Claimed, type ClaimedGrant, claimedBy, parseRoles, readRoles, type RoleMapping } from './roles.js';
export { AccessLog, type BrokenLook, type LookPage, type LooksVerified, openAccessLog } from './access-log.js';
export {
  type AccountCounts,
  type AccountsLikeness,
  assertSameAccounts,
  carryAccounts,
  compareAccounts,
} from './carry-accounts.js';
export { carryLooks, compareLooks, type LooksLikeness } from './carry-looks.js';
export { type Look, type LookKind, lookKinds, type LookRecord } from './look.js';
export { type LookFilter } from './looks-rows.js';
export { hasLooks, prepareLooks } from './looks-schema.js';
export { prepareAccess } from './schema.js';

import { createHash } from 'node:crypto';

import { errors, type JWTPayload, jwtVerify } from 'jose';

import { Refused } from '#core';

import { FreshFor } from './fresh.js';
import { IssuerKeys } from './keys.js';
import { isUnreachable, safeUrl } from './reaching.js';
import { type Claimed, claimedBy, type RoleMapping } from './roles.js';

export interface IssuerSettings {
  /** Its address, as its tokens name it. */
  readonly issuer: string;
  /** For whom the tokens are made. */
  readonly audience: string;
  readonly mapping: RoleMapping;
  /** How far the clocks may be apart: 30 s unless told, 60 s at most. */
  readonly clockToleranceS?: number;
  /** How seldom an unknown key makes us ask the issuer; 30 s unless told. */
  readonly coolDownMs?: number;
  readonly now?: () => Date;
}

export interface Issuer {
  /**
   * Who carries that token, and until when it holds. One that was verified is not verified again for a minute.
   * @throws Refused `token-invalid`, `token-expired`; `issuer-unreachable` when its keys cannot be had.
   */
  verify(token: string): Promise<ClaimedUntil>;
}

export interface ClaimedUntil extends Claimed {
  readonly expiresAt: Date;
}

/** Signatures that the holder of a public key cannot make (RFC 8725, 3.1). */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** Tokens that let in, by RFC 9068 or without a type of their own; not those of log-outs, events or proofs. */
const TYPES = new Set(['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt']);
const LONGEST = 16_384;
const [TOLERANCE_S, MOST_TOLERANCE_S] = [30, 60] as const;
/** Whatever its end: one that was made longer ago is asked for anew. */
const OLDEST = '24h';
const VERIFIED_MS = 60_000;
const MOST_VERIFIED = 10_000;

const invalid = (why: string): Refused => new Refused('token-invalid', `This token lets nobody in: ${why}`);
const expired = (): Refused => new Refused('token-expired', 'This token has expired: sign in again.');

/** What `jose` found, without what the token says: that is nobody's business in a log. */
const refusalOf = (error: unknown): Refused => {
  if (isUnreachable(error)) return error;
  if (error instanceof errors.JWTExpired) return expired();
  if (error instanceof errors.JWTClaimValidationFailed) return invalid(`its ${error.claim} is not as it should be.`);
  if (error instanceof errors.JWKSNoMatchingKey) return invalid('the issuer has no such key.');
  return invalid('it is not signed as it should be.');
};

const misset = (name: string, hint: string): Refused => new Refused('setting-malformed', `${name}: ${hint}`);

const assertSettings = ({ issuer, audience, clockToleranceS = TOLERANCE_S }: IssuerSettings): void => {
  const url = safeUrl(issuer);
  if (!url || url.search || url.hash) throw misset('RASTRO_ISSUER', 'give https://host/path (http on loopback only).');
  if (audience.trim() === '') throw misset('RASTRO_AUDIENCE', 'say for whom the tokens are made.');
  if (!(clockToleranceS >= 0 && clockToleranceS <= MOST_TOLERANCE_S))
    throw new RangeError(`clocks may be ${MOST_TOLERANCE_S} s apart at most`);
};

/**
 * Verifies the tokens of an OpenID Connect issuer, which is asked for its keys when the first token comes.
 * @throws Refused `setting-malformed`.
 */
export const openIssuer = (settings: IssuerSettings): Issuer => {
  assertSettings(settings);
  const { issuer, audience, mapping, clockToleranceS = TOLERANCE_S, now = () => new Date() } = settings;
  const keys = new IssuerKeys(issuer, settings.coolDownMs);
  const verified = new FreshFor<ClaimedUntil>(VERIFIED_MS, MOST_VERIFIED);
  const checks = { issuer, audience, algorithms: ALGORITHMS, clockTolerance: clockToleranceS, maxTokenAge: OLDEST };
  const requiredClaims = ['sub', 'exp', 'iat'];

  const toldOf = (payload: JWTPayload): ClaimedUntil => {
    const claimed = payload.sub === '' ? undefined : claimedBy(payload, mapping);
    if (!claimed) throw invalid(`it names no person in ${mapping.person}.`);
    return { ...claimed, expiresAt: new Date((payload.exp ?? 0) * 1_000) };
  };

  const verify = async (token: string): Promise<ClaimedUntil> => {
    const { payload, protectedHeader } = await jwtVerify(token, keys.of, {
      ...{ ...checks, requiredClaims, currentDate: now() },
    }).catch((error: unknown) => {
      throw refusalOf(error);
    });
    const { typ = 'JWT' } = protectedHeader;
    if (!TYPES.has(String(typ).toLowerCase())) throw invalid('it is of another type.');
    return toldOf(payload);
  };

  return {
    async verify(token) {
      if (token.length > LONGEST) throw invalid('it is too long.');
      const claimed = await verified.get(createHash('sha256').update(token).digest('hex'), () => verify(token));
      if (claimed.expiresAt.getTime() + clockToleranceS * 1_000 <= now().getTime()) throw expired();
      return claimed;
    },
  };
};

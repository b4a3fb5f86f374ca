import { createRemoteJWKSet, type CryptoKey, customFetch, errors, type JWTVerifyGetKey, type RemoteJWKSet } from 'jose';

import { isUnreachable, Reaching, safeUrl } from './reaching.js';

/** A key that was withdrawn counts no longer than this, while the issuer answers. */
const FRESH_MS = 600_000;
/** An unknown key makes us ask the issuer, but not more often than this. */
const COOL_DOWN_MS = 30_000;
const WELL_KNOWN = '/.well-known/openid-configuration';

/** OpenID Connect Discovery 1.0, 4.3: the issuer must be named there as it is here, to the letter. */
const discover = async (reaching: Reaching, issuer: string): Promise<URL> => {
  const response = await reaching.get(`${issuer.replace(/\/$/, '')}${WELL_KNOWN}`);
  const told = (await response.json().catch(() => null)) as { issuer?: unknown; jwks_uri?: unknown } | null;
  if (told?.issuer !== issuer) throw reaching.failing(`${WELL_KNOWN} does not name the issuer as RASTRO_ISSUER does.`);
  const keys = safeUrl(told.jwks_uri);
  if (!keys) throw reaching.failing(`${WELL_KNOWN} names no address of keys with TLS.`);
  return keys;
};

/** Anything but what the keys say of a token is their fault. */
const isKnown = (error: unknown): boolean =>
  isUnreachable(error) ||
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

/**
 * The keys of an issuer. Found out when first needed and kept; asked for again when one is unknown, and beside the work when
 * they are ten minutes old. Those that are known serve on while the issuer is down.
 */
export class IssuerKeys {
  readonly #reaching = new Reaching();
  #set: Promise<RemoteJWKSet> | undefined;
  #askedAt = performance.now();

  constructor(
    private readonly issuer: string,
    private readonly coolDownMs: number = COOL_DOWN_MS,
  ) {}

  /** @throws Refused `issuer-unreachable`. */
  readonly of: JWTVerifyGetKey<CryptoKey> = async (header, token) => {
    const set = await this.#known();
    if (performance.now() - this.#askedAt > FRESH_MS) this.#refresh(set);
    return set(header, token).catch((error: unknown) => {
      throw isKnown(error) ? error : this.#reaching.failing('its keys cannot be read.');
    });
  };

  #known(): Promise<RemoteJWKSet> {
    this.#set ??= this.#open().catch((error: unknown) => {
      this.#set = undefined;
      throw error;
    });
    return this.#set;
  }

  async #open(): Promise<RemoteJWKSet> {
    const url = await discover(this.#reaching, this.issuer);
    return createRemoteJWKSet(url, {
      cacheMaxAge: Infinity,
      cooldownDuration: this.coolDownMs,
      [customFetch]: (address) => this.#reaching.get(address),
    });
  }

  #refresh(set: RemoteJWKSet): void {
    this.#askedAt = performance.now();
    set.reload().catch(() => undefined);
  }
}

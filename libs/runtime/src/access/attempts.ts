import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';

export interface Limit {
  /** So many attempts at once. */
  readonly most: number;
  /** After so long without one, all are there again; one after the other comes back meanwhile. */
  readonly windowMs: number;
  /** How many accounts or addresses are told apart at a time. */
  readonly mostKeys?: number;
}

export type Allowed = { readonly ok: true } | { readonly ok: false; readonly retryAfterS: number };

interface Bucket {
  left: number;
  at: number;
}

const MOST_KEYS = 50_000;
/** Whoever comes when no more are told apart. Not a digest, so nobody's own. */
const REST = '';

/**
 * How often somebody may try to sign in, by account or by address: a bucket of attempts a key, in memory. It holds a bounded
 * number of keys, and forgets none that is still counted: when they are too many, those that are new share one bucket. So a flood of
 * invented names neither fills the memory nor makes anybody's failures forgotten.
 */
export class Attempts {
  /** The one touched longest ago comes first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    private readonly limit: Limit,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Takes an attempt before it is made, so that a hundred at once are counted. */
  allowed(key: string): Allowed {
    this.#forget();
    const place = this.#placeOf(key);
    const left = this.#leftOf(place);
    const waitMs = Math.round(((1 - left) * this.limit.windowMs) / this.limit.most);
    if (waitMs > 0) return { ok: false, retryAfterS: Math.ceil(waitMs / 1_000) };
    this.#put(place, left - 1);
    return { ok: true };
  }

  /** The account proved that it is itself: its failures are forgotten. */
  succeeded(key: string): void {
    this.#buckets.delete(digest(key));
  }

  /** The attempt was none: for an address, whose failures somebody's success there must not hide. */
  giveBack(key: string): void {
    const place = digest(key);
    if (this.#buckets.has(place)) this.#put(place, Math.min(this.limit.most, this.#leftOf(place) + 1));
  }

  get size(): number {
    return this.#buckets.size;
  }

  #placeOf(key: string): string {
    const place = digest(key);
    const { mostKeys = MOST_KEYS } = this.limit;
    return this.#buckets.has(place) || this.#buckets.size < mostKeys ? place : REST;
  }

  #leftOf(place: string): number {
    const bucket = this.#buckets.get(place);
    if (!bucket) return this.limit.most;
    const back = ((this.nowMs() - bucket.at) * this.limit.most) / this.limit.windowMs;
    return Math.min(this.limit.most, bucket.left + back);
  }

  #put(place: string, left: number): void {
    this.#buckets.delete(place);
    this.#buckets.set(place, { left, at: this.nowMs() });
  }

  /** Those that are full again by now say nothing. */
  #forget(): void {
    for (const [place, { at }] of this.#buckets) {
      if (this.nowMs() - at < this.limit.windowMs) return;
      this.#buckets.delete(place);
    }
  }
}

const digest = (key: string): string => createHash('sha256').update(key).digest('base64');

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const NETWORK_GROUPS = 4;

/** Whose attempts count together: an IPv4 address, or the /64 network of an IPv6 one, of which anybody has plenty. */
export const addressKey = (address: string): string => {
  const [bare = ''] = address.toLowerCase().split('%', 1);
  const mapped = MAPPED.exec(bare)?.[1];
  if (mapped !== undefined || !isIPv6(bare)) return mapped ?? bare;
  const [head = '', tail] = bare.split('::');
  const [first, last] = [head, tail ?? ''].map((part) => part.split(':').filter(Boolean));
  const missing = tail === undefined ? 0 : 8 - (first?.length ?? 0) - (last?.length ?? 0);
  const groups = [...(first ?? []), ...Array<string>(Math.max(0, missing)).fill('0'), ...(last ?? [])];
  return `${groups.slice(0, NETWORK_GROUPS).map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`; // prettier-ignore
};

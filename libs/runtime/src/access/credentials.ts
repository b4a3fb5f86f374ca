import { randomUUID } from 'node:crypto';

import { type Instant, instantOf, Refused } from '#core';
import type { Database, Queries } from '#event-store';

import type { FreshFor } from './fresh.js';
import { Lease } from './lease.js';
import { prepareAccess } from './schema.js';
import { digestOf, kindOf, newSecret, type SecretKind } from './secrets.js';

const [MINUTE, DAY] = [60_000, 86_400_000] as const;

/** How long each may live at most, in milliseconds. */
export const LONGEST_MS = { session: DAY, token: 366 * DAY, setup: 30 * MINUTE } as const satisfies Record<
  SecretKind,
  number
>;
const [MOST_SCOPES, LONGEST_NAME, MOST_LISTED] = [50, 100, 500] as const;
const MOST_CACHED = 10_000;
/** Sessions and links that ended are forgotten after that; tokens stay in their list. */
const FORGOTTEN_MS = 30 * DAY;

export interface Secret {
  readonly secretId: string;
  readonly kind: SecretKind;
  readonly personId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly revokedAt?: Instant;
}

export interface NewSecret {
  readonly kind: SecretKind;
  readonly personId: string;
  /** What it is for, for whoever revokes it. */
  readonly name: string;
  readonly scopes?: readonly string[];
  readonly lifetimeMs: number;
}

/** `secret` is told this once: only its hash is kept. */
export interface Issued {
  readonly secretId: string;
  readonly secret: string;
  readonly expiresAt: Instant;
}

/** Who can sign in, or choose a password by a link until then. */
export interface Holder {
  readonly personId: string;
  readonly linkUntil: Instant | null;
}

interface Row extends Omit<Secret, 'revokedAt'> {
  readonly revokedAt: Instant | null;
}

const iso = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const COLUMNS = `secret_id as "secretId", kind, person_id as "personId", name, scopes, ${iso('created_at')} as "createdAt",
  ${iso('expires_at')} as "expiresAt", ${iso('revoked_at')} as "revokedAt"`;
const BY_DIGEST = `select ${COLUMNS} from access.secrets where digest = $1`;
const OF_PERSON = `select ${COLUMNS} from access.secrets where person_id = $1 and kind = $2 order by created_at desc, secret_id limit $3`;
const REDEEM = `update access.secrets set revoked_at = $2::timestamptz
  where digest = $1 and kind = 'setup' and revoked_at is null and expires_at > $2::timestamptz returning ${COLUMNS}`;
const INSERT = `insert into access.secrets (secret_id, kind, person_id, name, digest, scopes, created_at, expires_at)
  values ($1, $2, $3, $4, $5, $6::text[], $7::timestamptz, $8::timestamptz)`;
const HOLDERS = `select person_id as "personId", null as "linkUntil" from access.passwords
  union select person_id, case when kind = 'setup' then ${iso('expires_at')} end from access.secrets
  where revoked_at is null and expires_at > $1::timestamptz`;
const STANDING = `select from access.secrets where person_id = $1 and kind = 'setup' and revoked_at is null and expires_at > $2::timestamptz`;
/** Processes that start together make one link. */
const ONE_LINK = 'select pg_advisory_xact_lock(7238416)';
const FORGET = `delete from access.secrets where kind <> 'token' and expires_at < $1::timestamptz`;
const REVOKE = `update access.secrets set revoked_at = $2::timestamptz where secret_id = $1 and revoked_at is null returning secret_id`;
const REVOKE_ALL = `update access.secrets set revoked_at = $3::timestamptz
  where person_id = $1 and kind = any($2::text[]) and revoked_at is null and expires_at > $3::timestamptz returning secret_id`;
const SET_PASSWORD = `insert into access.passwords (person_id, hash, set_at) values ($1, $2, $3::timestamptz)
  on conflict (person_id) do update set hash = excluded.hash, set_at = excluded.set_at`;

const toldOf = ({ revokedAt, ...row }: Row): Secret => (revokedAt ? { ...row, revokedAt } : row);

const refuse = (hint: string, at: string, detail: object = {}): never => {
  throw new Refused('secret-malformed', hint, { ...detail }, at);
};

const assertSound = ({ kind, name, scopes = [], lifetimeMs }: NewSecret): void => {
  const longest = LONGEST_MS[kind];
  if (!(Number.isSafeInteger(lifetimeMs) && lifetimeMs > 0 && lifetimeMs <= longest))
    refuse(`A ${kind} lives ${longest / MINUTE} minutes at most.`, '/lifetimeMs', { longest });
  if (name.trim() === '' || name.length > LONGEST_NAME || name.includes('\0'))
    refuse(`Say in 1 to ${LONGEST_NAME} characters what it is for.`, '/name');
  if (scopes.length > MOST_SCOPES) refuse(`Give ${MOST_SCOPES} scopes at most.`, '/scopes');
};

/**
 * The secrets with which somebody signs in: passwords as their hashes, and bearer secrets by the hash of each. One in a
 * process. What is revoked is refused here at once; when it is told to be, also by every other process on the same database.
 */
export class Credentials {
  readonly #found: FreshFor<Row | undefined>;

  constructor(
    private readonly db: Database,
    private readonly now: () => Date,
    private readonly lease: Lease,
  ) {
    this.#found = lease.lend(MOST_CACHED);
  }

  /** @throws Refused `secret-malformed`. */
  async issue(asked: NewSecret): Promise<Issued> {
    await this.db.query(FORGET, [instantOf(new Date(this.now().getTime() - FORGOTTEN_MS))]);
    return this.#issue(this.db, asked);
  }

  /** A link of set-up, unless one that stands was made for them already: of several processes, one gets it. */
  async issueOnlyLink(asked: Omit<NewSecret, 'kind'>): Promise<Issued | undefined> {
    return this.db.transaction(async (sql) => {
      await sql.query(ONE_LINK);
      const standing = await sql.query(STANDING, [asked.personId, instantOf(this.now())]);
      return standing.length > 0 ? undefined : this.#issue(sql, { ...asked, kind: 'setup' });
    });
  }

  /** Everybody who has a password, or any secret that stands. */
  async holders(): Promise<Holder[]> {
    return this.db.query<Holder>(HOLDERS, [instantOf(this.now())]);
  }

  async #issue(sql: Queries, asked: NewSecret): Promise<Issued> {
    assertSound(asked);
    const [secretId, secret, from] = [randomUUID(), newSecret(asked.kind), this.now()];
    const created = instantOf(from);
    const expiresAt = instantOf(new Date(from.getTime() + asked.lifetimeMs));
    const values = [secretId, asked.kind, asked.personId, asked.name, digestOf(secret), asked.scopes ?? []] as const;
    await sql.query(INSERT, [...values, created, expiresAt]);
    return { secretId, secret, expiresAt };
  }

  /** The session or token with that secret, unless it has expired or was revoked. A link of set-up is redeemed instead. */
  async find(secret: string): Promise<Secret | undefined> {
    const kind = kindOf(secret);
    if (kind === undefined || kind === 'setup') return undefined;
    const digest = digestOf(secret);
    await this.lease.hold();
    const row = await this.#found.get(digest, async () => (await this.db.query<Row>(BY_DIGEST, [digest]))[0]);
    return row?.kind === kind && row.revokedAt === null && row.expiresAt > instantOf(this.now())
      ? toldOf(row)
      : undefined;
  }

  /** Uses up a link of set-up: of all who come with it, one gets it. Hash the new password before, so that a weak one does not cost the link. */
  async redeem(secret: string): Promise<Secret | undefined> {
    if (kindOf(secret) !== 'setup') return undefined;
    const [row] = await this.db.query<Row>(REDEEM, [digestOf(secret), instantOf(this.now())]);
    return row && toldOf(row);
  }

  /** @returns whether it was in force. */
  async revoke(secretId: string): Promise<boolean> {
    return this.#revoking(async () => (await this.db.query(REVOKE, [secretId, instantOf(this.now())])).length > 0);
  }

  /** @returns how many were in force: of one kind, or of all. */
  async revokeAll(personId: string, kind?: SecretKind): Promise<number> {
    const kinds = kind ? [kind] : Object.keys(LONGEST_MS);
    const revoking = (): Promise<number> => this.#revokeKinds(this.db, personId, kinds);
    // A link is looked up whenever somebody comes with one: nobody goes by what was before.
    return kind === 'setup' ? revoking() : this.#revoking(revoking);
  }

  /** The newest first, with those that ended. */
  async list(personId: string, kind: SecretKind): Promise<Secret[]> {
    return (await this.db.query<Row>(OF_PERSON, [personId, kind, MOST_LISTED])).map(toldOf);
  }

  /** Whoever was signed in with the password before, or holds a link to set one, is so no more. @param hash of `hashPassword` */
  async setPassword(personId: string, hash: string): Promise<void> {
    await this.#revoking(() =>
      this.db.transaction(async (sql) => {
        await sql.query(SET_PASSWORD, [personId, hash, instantOf(this.now())]);
        await this.#revokeKinds(sql, personId, ['session', 'setup']);
      }),
    );
  }

  /** The same password hashed at a higher cost: nobody is signed out. Nothing happens when it was replaced meanwhile. */
  async rehash(personId: string, { from, to }: { readonly from: string; readonly to: string }): Promise<void> {
    const text = 'update access.passwords set hash = $3 where person_id = $1 and hash = $2';
    await this.db.query(text, [personId, from, to]);
  }

  /** The hash of a password, for `verifyPassword`. */
  async passwordOf(personId: string): Promise<string | undefined> {
    const text = 'select hash from access.passwords where person_id = $1';
    return (await this.db.query<{ hash: string }>(text, [personId]))[0]?.hash;
  }

  async #revokeKinds(sql: Queries, personId: string, kinds: readonly string[]): Promise<number> {
    return (await sql.query(REVOKE_ALL, [personId, kinds, instantOf(this.now())])).length;
  }

  /** What was found is forgotten when the database has said so, and also when it may have. */
  async #revoking<T>(work: () => Promise<T>): Promise<T> {
    const done = await work().finally(() => this.lease.changed());
    await this.lease.runOut();
    return done;
  }
}

/**
 * Makes the tables in the schema `access` where they are missing, unless told not to.
 * @throws Refused `schema-older` where nothing may be created.
 */
export const openCredentials = async (
  db: Database,
  {
    create = true,
    now = () => new Date(),
    lease = new Lease(db),
  }: { readonly create?: boolean; readonly now?: () => Date; readonly lease?: Lease } = {},
): Promise<Credentials> => {
  await prepareAccess(db, create);
  return new Credentials(db, now, lease);
};

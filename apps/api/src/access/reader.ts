import type { FastifyInstance, FastifyRequest } from 'fastify';

import {
  type BookAct,
  bookActs,
  bookGrantsFor,
  type BookRules,
  type By,
  type CaseAct,
  type CaseFacts,
  caseFactsOf,
  grantsFor,
  homeOf,
  jurisdictionsFor,
  type Grant,
  type Limits,
  limitsOf,
  mayOnBook,
  mayOnCase,
  mayOnSome,
  maySee,
  type Principal,
  type Role,
} from '#access';
import { type CaseFile, refuse } from '#casework';
import { type CountryCode, type Day, type Instant, instantOf, type PersonId, Refused } from '#core';
import type { Actor } from '#event-store';
import { type Access, addressKey, admitClaimed } from '#runtime';

import { type Asked, askedIn } from './asked.js';
import { isNear } from '../http/hosts.js';
import { Invalid } from '../http/invalid.js';

/** Whoever signed in, with what they may do just now. */
export class Reader {
  constructor(
    readonly principal: Principal,
    private readonly rules: BookRules,
    private readonly now: Instant,
    /** What they ask, for the record. */
    readonly asked: Asked,
    /** The session or token they came with. */
    readonly secretId?: string,
  ) {}

  /** Whether it is recorded that they look. */
  looked = false;

  get actor(): Actor {
    const { name: person, authority, jurisdiction } = this.principal;
    return { person, authority, jurisdiction };
  }

  get fourEyes(): BookRules['fourEyes'] {
    return this.rules.fourEyes;
  }

  /** Whose data their questions may be answered from. */
  get scope(): Limits {
    return limitsOf(this.principal, this.rules.roles, this.#today);
  }

  /** The jurisdictions they act for. */
  get home(): readonly CountryCode[] {
    return homeOf(this.principal);
  }

  /** In UTC. */
  get #today(): Day {
    return this.now.slice(0, 10) as Day;
  }

  /** As whom they settle what others proposed. */
  get settling(): { personId: PersonId; roles: readonly Role[]; now: Instant } {
    const { personId, grants } = this.principal;
    return { personId, roles: [...new Set(grants.map(({ role }) => role))], now: this.now };
  }

  may(act: BookAct, subject: { jurisdiction?: CountryCode } = {}): boolean {
    return mayOnBook(this.principal, act, subject, this.rules.roles).yes;
  }

  /** Where they may do it. */
  jurisdictionsFor(act: BookAct): CountryCode[] {
    return jurisdictionsFor(this.principal, act, this.rules.roles);
  }

  /** Whether a route for this act is for them at all. */
  admits(act: BookAct | CaseAct): boolean {
    return isBookAct(act) ? this.may(act) : mayOnSome(this.principal, act, this.rules.roles);
  }

  /** @throws Refused `forbidden` when their grants are for other jurisdictions. */
  assertMay(act: BookAct, jurisdiction: CountryCode): void {
    if (!this.may(act, { jurisdiction })) throw forbidden({ jurisdiction });
  }

  /** Whether a case is as none to them, whatever they would do with it. */
  isHidden(act: CaseAct, facts: CaseFacts | undefined): boolean {
    const answer = facts && mayOnCase(this.principal, act, facts, this.rules.roles, this.#today);
    return !answer || (!answer.yes && answer.why === 'not-found');
  }

  /**
   * A case that they may not read is as one that is not there.
   * @throws Refused `case-unknown`, `forbidden`.
   */
  assertMayOn(act: CaseAct, file: CaseFile): void {
    const facts = caseFactsOf(file);
    if (!facts || this.isHidden(act, facts)) return unknownCase();
    if (!mayOnCase(this.principal, act, facts, this.rules.roles, this.#today).yes) throw forbidden();
  }

  /** Whether they may read any of it. */
  sees(file: CaseFile): boolean {
    return maySee(this.principal, file, this.rules.roles, this.#today);
  }

  /** Whether they may read it whole. */
  consults(file: CaseFile): boolean {
    const facts = caseFactsOf(file);
    return facts !== undefined && mayOnCase(this.principal, 'consult', facts, this.rules.roles, this.#today).yes;
  }

  /** As who, and by which role, they do it; by another role than one, where they have one. */
  by(act: CaseAct, file: CaseFile, other?: Role): By {
    this.assertMayOn(act, file);
    const facts = caseFactsOf(file);
    const grants = facts ? grantsFor(this.principal, act, facts, this.rules.roles, this.#today) : [];
    return this.#as(grants, other);
  }

  /** The same for what they do with the book, in one of these jurisdictions. @throws Refused `forbidden`. */
  byOnBook(act: BookAct, jurisdictions: readonly CountryCode[], other?: Role): By {
    const grants = bookGrantsFor(this.principal, act, {}, this.rules.roles);
    return this.#as(grants.filter(({ jurisdiction }) => jurisdictions.includes(jurisdiction)), other); // prettier-ignore
  }

  #as(grants: readonly Grant[], other?: Role): By {
    const grant = grants.find(({ role }) => role !== other) ?? grants[0];
    if (!grant) throw forbidden();
    const { personId } = this.principal;
    return { personId, ...this.actor, role: grant.role };
  }
}

const isBookAct = (act: BookAct | CaseAct): act is BookAct => (bookActs as readonly string[]).includes(act);

const forbidden = (detail: object = {}): Refused =>
  new Refused('forbidden', 'Your role does not allow it. Ask an administrator what you were granted.', { ...detail });

/** In the words of the law about a case that is not there. */
export const unknownCase = (): never => refuse('case-unknown', 'There is no such case. Open it first.');

/** What a route is for: an act, any who signed in, or everybody. */
export type RouteAct = BookAct | CaseAct | 'signed-in' | 'public';

/** The cookie of the pages. */
export const COOKIE = 'rastro-session';

declare module 'fastify' {
  interface FastifyRequest {
    reader: Reader | undefined;
  }
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

const needsSignIn = (): Invalid =>
  new Invalid('sign-in-needed', 'Sign in: send Authorization: Bearer with a session or a token.', [], 401);

const cookieOf = ({ headers }: FastifyRequest): string | undefined =>
  headers.cookie
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1);

/** A cookie comes along by itself: what changes anything must come from a page of ours. @throws Invalid `cross-site`. */
const assertSameSite = (request: FastifyRequest): void => {
  const { headers, method } = request;
  if (SAFE.has(method)) return;
  const site = headers['sec-fetch-site'];
  const origin = headers.origin;
  const page = `${isNear(request) ? 'http' : 'https'}://${headers.host ?? ''}`;
  const ours = site === 'same-origin' || (site === undefined && origin === page);
  if (!ours) throw new Invalid('cross-site', 'With the cookie, write from a page of this service only.', [], 403);
};

const bearerOf = ({ headers }: FastifyRequest): string | undefined => {
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  const secret = /^Bearer ([\w.~+/-]{1,8192}=*)$/i.exec(authorization)?.[1];
  if (!secret) throw needsSignIn();
  return secret;
};

/** Who comes with a secret; nobody when it is none, or has ended. */
export const readerOf = async (access: Access, secret: string, asked: Asked): Promise<Reader | undefined> => {
  const { people } = access;
  const found = await signedIn(access, secret);
  if (!found) return undefined;
  const { personId, scopes, secretId } = found;
  const [principal, rules] = await Promise.all([people.principal(personId, scopes), people.rules()]);
  return principal && new Reader(principal, rules, instantOf(people.now()), asked, secretId);
};

interface SignedIn {
  readonly personId: PersonId;
  readonly scopes?: readonly string[];
  readonly secretId?: string;
}

/** By a secret of ours, or by what the issuer signed. @throws Refused `token-*`, `issuer-unreachable`. */
const signedIn = async ({ people, credentials, issuer }: Access, secret: string): Promise<SignedIn | undefined> => {
  if (issuer && secret.split('.').length === 3)
    return { personId: await admitClaimed(people, issuer.address, await issuer.verify(secret)) };
  const found = await credentials.find(secret);
  if (!found) return undefined;
  const { personId, secretId, kind, scopes } = found;
  return { personId: personId as PersonId, secretId, ...(kind === 'token' ? { scopes } : {}) };
};

/** Takes an attempt of an address, and of an account. @throws Invalid `too-many-attempts` (429). */
export const assertAllowed = ({ accounts, addresses }: Access, address: string, account?: string): void => {
  const attempts = [addresses.allowed(addressKey(address)), ...(account ? [accounts.allowed(account)] : [])];
  for (const allowed of attempts) {
    if (allowed.ok) continue;
    const message = `Too many attempts. Wait ${allowed.retryAfterS} seconds.`;
    throw new Invalid('too-many-attempts', message, [], 429, { 'retry-after': String(allowed.retryAfterS) });
  }
};

const identify = async (access: Access, request: FastifyRequest): Promise<Reader | undefined> => {
  const bearer = bearerOf(request);
  const secret = bearer ?? cookieOf(request);
  if (secret === undefined) return undefined;
  if (!bearer) assertSameSite(request);
  const reader = await readerOf(access, secret, askedIn(request));
  if (!reader) assertAllowed(access, request.ip);
  return reader;
};

/**
 * Sees who asks before anything else is read of a request, and whether the route is for them. A route that says of no act is
 * for nobody.
 */
export const askWhoComes = (
  server: FastifyInstance,
  access: Access,
  actOf: (request: FastifyRequest) => RouteAct | undefined,
): void => {
  server.decorateRequest('reader', undefined);
  server.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const act = actOf(request);
    if (act === 'public') return;
    request.reader = await identify(access, request);
    if (!request.reader) throw needsSignIn();
    if (act === undefined || (act !== 'signed-in' && !request.reader.admits(act))) throw forbidden();
  });
};

/** Who asks. */
export const readerIn = (request: FastifyRequest): Reader => {
  if (!request.reader) throw needsSignIn();
  return request.reader;
};

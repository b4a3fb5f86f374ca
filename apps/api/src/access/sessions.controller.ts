import { Controller, Delete, Inject, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

import { type PersonId, secondsOf } from '#core';
import { type Access, hashPassword, isOutdated, LONGEST_MS, verifyPassword } from '#runtime';

import { IsFor } from './acts.js';
import { Answer } from '../answer.js';
import { ACCESS } from '../given.js';
import { isNear } from '../http/hosts.js';
import { Invalid } from '../http/invalid.js';
import { personIdOf } from './people.js';
import { SetUp, SignIn } from './people.bodies.js';
import { assertAllowed, COOKIE, type Reader } from './reader.js';
import { Answering, By, Does, Tells } from '../told.js';

const SESSION_MS = Math.min(LONGEST_MS.session, 12 * 3_600_000);

const refused = (): Invalid => new Invalid('sign-in-refused', 'The name or the password is wrong.', [], 401);

/** Over TLS it never comes without. */
const cookieWith = (request: FastifyRequest, secret: string, maxAgeS: number): string =>
  `${COOKIE}=${secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${maxAgeS}${isNear(request) ? '' : '; Secure'}`;

/** Signing in and out, for whoever has an account here. */
@Controller('v1')
export class SessionsController {
  constructor(@Inject(ACCESS) private readonly access: Access) {}

  /** Who is not there is told in the same words and the same time as who gave a wrong password. */
  @Does(Post, 'sessions', SignIn, 'public', { name: 'signIn', title: 'Sign in with name and password', made: true })
  async signIn(@Tells(SignIn) { name, password }: SignIn, @Req() request: FastifyRequest): Promise<Answer> {
    const { credentials, people, accounts } = this.access;
    const personId = personIdOf(name);
    assertAllowed(this.access, request.ip, personId);
    const hash = await credentials.passwordOf(personId);
    const right = await verifyPassword(password, hash);
    const principal = right ? await people.principal(personId) : undefined;
    if (!principal) throw refused();
    accounts.succeeded(personId);
    if (hash && isOutdated(hash)) await credentials.rehash(personId, { from: hash, to: await hashPassword(password) });
    const asked = { kind: 'session', personId, name: 'signed in', lifetimeMs: SESSION_MS } as const;
    const { secret, expiresAt } = await credentials.issue(asked);
    const cookie = { 'set-cookie': cookieWith(request, secret, secondsOf(SESSION_MS)) };
    return new Answer({ secret, expiresAt, personId, name: principal.name }, 201, cookie);
  }

  @Delete('sessions/current')
  @IsFor('signed-in')
  @ApiOperation({ operationId: 'signOut', summary: 'Sign out: the session ends at once' })
  @ApiResponse({ status: 200, description: 'Signed out.', schema: { type: 'object' } })
  async signOut(@By() { secretId }: Reader, @Req() request: FastifyRequest): Promise<Answer> {
    if (secretId) await this.access.credentials.revoke(secretId);
    return new Answer({ signedOut: true }, 200, { 'set-cookie': cookieWith(request, '', 0) });
  }

  /** The link is used up when the password is set; a weak password does not use it up. */
  @Does(Post, 'passwords', SetUp, 'public', { name: 'choosePassword', title: 'Choose a password, by the link you were given', made: true }) // prettier-ignore
  async choose(@Tells(SetUp) { secret, password }: SetUp, @Req() request: FastifyRequest): Promise<Answer> {
    const { credentials, people } = this.access;
    assertAllowed(this.access, request.ip);
    const hash = await hashPassword(password);
    const redeemed = await credentials.redeem(secret);
    if (!redeemed) throw new Invalid('set-up-refused', 'The link was used or has run out. Ask for another.', [], 401);
    const personId = redeemed.personId as PersonId;
    await credentials.setPassword(personId, hash);
    const { admitted } = await people.person(personId);
    return new Answer({ personId, name: admitted?.name }, 201);
  }

  @Answering('me', 'getMe', 'signed-in', 'Who you are here, and what you were granted')
  me(@By() { principal }: Reader): object {
    return principal;
  }
}

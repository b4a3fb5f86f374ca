import { readRoles, type Settings } from '#runtime';

import { type Check, type Found, ok, warning, wrong } from './check.js';

const PATIENCE_MS = 5_000;

/** What the issuer says it is called; it must be so to the letter. */
const nameOf = async (url: string): Promise<unknown> => {
  const address = `${url.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
  return ((await response.json()) as { issuer?: unknown }).issuer;
};

const issuer = async ({ url, roles }: NonNullable<Settings['issuer']>): Promise<Found> => {
  const { grants } = readRoles(roles);
  const name = await nameOf(url).catch(() => undefined);
  if (name === undefined) return wrong(`${url} does not answer as an issuer of sign-in`, 'Nobody new is let in until it does.'); // prettier-ignore
  if (name !== url) return wrong(`${url} names itself otherwise`, `Set RASTRO_ISSUER to what its discovery calls issuer.`); // prettier-ignore
  if (!grants.some(({ role }) => role === 'administrator'))
    return warning(`by ${url}, and no claim makes an administrator`, 'Name one in RASTRO_ROLES, or admit one with `rastro people admit`.'); // prettier-ignore
  return ok(`by ${url}, with ${grants.length} rules of roles`);
};

/** Who signs people in, and from where they come. */
export const signInChecks = (settings: Settings): Check[] => [
  {
    name: 'sign-in',
    look: () => (settings.issuer ? issuer(settings.issuer) : ok('by accounts of this book: no issuer is set')),
  },
  {
    name: 'reached',
    look: () =>
      settings.publicHost
        ? ok(`from this machine, and through the proxy with TLS that is ${settings.publicHost}`)
        : ok('from this machine only: no proxy with TLS is set'),
  },
];

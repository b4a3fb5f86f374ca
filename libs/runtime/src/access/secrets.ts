import { hash, randomBytes } from 'node:crypto';

/** A session of the pages, a token of a reporting job, and a link with which an account gets its password, once. */
export type SecretKind = 'session' | 'token' | 'setup';

const LETTERS = { session: 's', token: 't', setup: 'u' } as const satisfies Record<SecretKind, string>;
const SECRET = /^rastro_([stu])_[A-Za-z0-9_-]{43}$/;
const BYTES = 32;

/** `rastro_t_` and 32 random bytes in base64url: its beginning tells a search for leaked secrets what it found. */
export const newSecret = (kind: SecretKind): string =>
  `rastro_${LETTERS[kind]}_${randomBytes(BYTES).toString('base64url')}`;

/** What it claims to be by its form; undefined when it is no secret of ours, so that nothing need be asked. */
export const kindOf = (secret: string): SecretKind | undefined => {
  const letter = SECRET.exec(secret)?.[1];
  return (Object.keys(LETTERS) as SecretKind[]).find((kind) => LETTERS[kind] === letter);
};

/** All that is kept of it. It is random enough that no salt and no slow hash would add anything. */
export const digestOf = (secret: string): string => hash('sha256', secret, 'hex');

import type { Database, Recorder } from '#event-store';

import { type AccessLog, openAccessLog } from './access-log.js';
import { Attempts } from './attempts.js';
import { type Credentials, openCredentials } from './credentials.js';
import type { Settings } from '../settings.js';
import { type Issuer, openIssuer } from './issuer.js';
import { Lease } from './lease.js';
import { type Named, Naming } from './naming.js';
import { People } from './people.js';
import { readRoles } from './roles.js';

const WINDOW_MS = 15 * 60_000;

/** All that a process needs to know who asks, and what they may. */
export interface Access {
  readonly people: People;
  readonly credentials: Credentials;
  /** For how long a process goes by what it knows of who may what. */
  readonly lease: Lease;
  /** Who looked at what. */
  readonly log: AccessLog;
  /** Who vouches for people, where it is not done here; with its address. */
  readonly issuer?: Issuer & { readonly address: string };
  /** Attempts to sign in, by account and by address. */
  readonly accounts: Attempts;
  readonly addresses: Attempts;
}

export interface Accessing {
  readonly create?: boolean;
  readonly now?: () => Date;
  readonly issuer?: Access['issuer'];
  /** No other process has the database or the log open: what is known of somebody stays known until it is changed here. */
  readonly alone?: boolean;
}

/** The issuer of the settings. @throws Refused `roles-malformed`, `setting-malformed`. */
export const issuerOf = ({ url, audience, roles }: NonNullable<Settings['issuer']>): NonNullable<Access['issuer']> => {
  const { verify } = openIssuer({ issuer: url, audience, mapping: readRoles(roles) });
  return { verify, address: url };
};

interface Parts {
  readonly db: Database;
  readonly recorder: Recorder;
  /** Asked when somebody is let in. */
  readonly named: Named;
}

/** @throws Refused `schema-older` where nothing may be created and something is missing. */
export const openAccess = async (
  { db, recorder, named }: Parts,
  { issuer, alone = false, ...opening }: Accessing = {},
): Promise<Access> => {
  const lease = alone ? new Lease() : new Lease(db);
  return {
    people: new People(recorder, opening.now ?? (() => new Date()), lease, new Naming(db, named)),
    credentials: await openCredentials(db, { ...opening, lease }),
    lease,
    log: await openAccessLog(db, opening),
    accounts: new Attempts({ most: 10, windowMs: WINDOW_MS }),
    addresses: new Attempts({ most: 100, windowMs: WINDOW_MS }),
    ...(issuer ? { issuer } : {}),
  };
};

import { setTimeout as pause } from 'node:timers/promises';

import pg from 'pg';

import { hangUp } from './connections.js';

/** What a process does while it leads, and what it does until then. Both end soon after their signal aborts. */
export interface Parts {
  lead(signal: AbortSignal): Promise<void>;
  standBy?(signal: AbortSignal): Promise<void>;
}

const BEAT_MS = 1_000;
const TRY_MS = 500;
const ANSWER_MS = 2_000;
/** A leader that is frozen, or cut off without a word, is let go by the server: with the next try, takeover is within 5 s. */
const SILENCE_MS = 3_500;

const connect = async (url: string): Promise<pg.Client> => {
  const options = `-c idle_session_timeout=${SILENCE_MS}`;
  const patience = { connectionTimeoutMillis: ANSWER_MS, query_timeout: ANSWER_MS, keepAlive: true };
  const client = new pg.Client({ connectionString: url, options, ...patience });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

/** Runs beside something else, and is over before that goes on. */
const beside = (work: Parts['standBy'], signal: AbortSignal): (() => Promise<void>) => {
  const end = new AbortController();
  const running = work?.(AbortSignal.any([signal, end.signal])) ?? Promise.resolve();
  running.catch(() => undefined);
  return async () => {
    end.abort();
    await running;
  };
};

const elected = async (client: pg.Client, lock: number, signal: AbortSignal): Promise<boolean> => {
  while (!signal.aborted) {
    const { rows } = await client.query<{ ours: boolean }>('select pg_try_advisory_lock($1) as ours', [lock]);
    if (rows[0]?.ours) return true;
    await pause(TRY_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
};

/** The session that holds the lock, however long it takes; undefined when the signal aborted before. */
const campaign = async (url: string, lock: number, signal: AbortSignal): Promise<pg.Client | undefined> => {
  while (!signal.aborted) {
    let client: pg.Client | undefined;
    try {
      client = await connect(url);
      if (await elected(client, lock, signal)) return client;
      hangUp(client);
    } catch {
      if (client) hangUp(client);
      await pause(TRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
};

const leadWhileHeld = async (client: pg.Client, signal: AbortSignal, lead: Parts['lead']): Promise<void> => {
  const lost = new AbortController();
  const lose = (): void => lost.abort();
  client.on('error', lose);
  client.on('end', lose);
  const beat = setInterval(() => void client.query('select 1').catch(lose), BEAT_MS);
  try {
    await lead(AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(beat);
    hangUp(client);
  }
};

/**
 * One process of those that share a database leads, the others stand by and take over within five seconds. The lock is that
 * of a session of its own (PostgreSQL 14 or newer lets go of silent ones). What a leader writes must hold though another one
 * has begun already.
 */
export const leadOver =
  (url: string) =>
  async (lock: number, signal: AbortSignal, { lead, standBy }: Parts): Promise<void> => {
    while (!signal.aborted) {
      const stepUp = beside(standBy, signal);
      const client = await campaign(url, lock, signal);
      await stepUp();
      if (client) await leadWhileHeld(client, signal, lead);
    }
  };

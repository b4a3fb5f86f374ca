import { type CaseId, type Day, instantOf, type PersonId, Refused } from '#core';
import { type Database, GENESIS } from '#event-store';

import { Gathering } from './gathering.js';
import { assertSound, hashOfLook, type Look, type LookRecord } from './look.js';
import { addLooks, findReason, type LookFilter, readLooks, type TimedLook } from './looks-rows.js';
import { prepareLooks } from './looks-schema.js';

const MOST_ON_A_PAGE = 500;
const WALKED_AT_ONCE = 1_000;
const MOST_REASONS = 50_000;

/** `missing`: a number is left out; `unlinked`: it does not follow the one before it; `altered`: it is not as it was recorded. */
export interface BrokenLook {
  readonly id: number;
  readonly why: 'missing' | 'unlinked' | 'altered';
}

/** How many records follow each other without a break, and the hash of the last one. */
export interface LooksVerified {
  readonly records: number;
  readonly head: string;
  readonly broken?: BrokenLook;
}

export interface LookPage extends LookFilter {
  /** The number of the last record that is known; from the beginning unless told. */
  readonly after?: number | undefined;
  /** 500 at most. */
  readonly limit?: number | undefined;
}

const breakAt = (record: LookRecord, records: number, head: string): BrokenLook | undefined => {
  if (record.id !== records + 1) return { id: records + 1, why: 'missing' };
  if (record.previousHash !== head) return { id: record.id, why: 'unlinked' };
  return record.hash === hashOfLook(record) ? undefined : { id: record.id, why: 'altered' };
};

/**
 * Who looked at what (Directive (EU) 2016/680 Art. 25): a store of its own, to which is only added. One in a process; all
 * processes on a database continue one chain of hashes.
 */
export class AccessLog {
  readonly #gathering = new Gathering<TimedLook>((looks) => this.#add(looks));
  /** A reason that was given stays given. */
  readonly #reasons = new Map<string, string>();

  constructor(
    private readonly db: Database,
    private readonly now: () => Date,
  ) {}

  /**
   * Resolves when the records are on the disk: answer nothing before. When it rejects, answer nothing at all; the records may
   * stand nevertheless, of something that was not given.
   * @throws Refused `look-malformed`, `too-busy`, `storage-unreachable`, `storage-full`.
   */
  async record(looks: readonly Look[]): Promise<void> {
    looks.forEach(assertSound);
    if (looks.length === 0) return;
    const at = instantOf(this.now());
    await this.#gathering.add(looks.map((look) => ({ ...look, at })));
  }

  /** What this person gave as the reason for this case on this day (UTC); undefined when they were not asked yet. */
  async reasonOf(personId: PersonId, caseId: CaseId, day: Day): Promise<string | undefined> {
    const known = this.#reasons.get(`${personId} ${caseId} ${day}`);
    if (known !== undefined) return known;
    const reason = await findReason(this.db, personId, caseId, day);
    if (reason !== undefined) this.#keep(personId, caseId, day, reason);
    return reason;
  }

  /**
   * The oldest first; go on with the `id` of the last.
   * @throws Refused `limit-malformed`.
   */
  async page({ after = 0, limit = MOST_ON_A_PAGE, ...filter }: LookPage): Promise<LookRecord[]> {
    if (!(Number.isInteger(limit) && limit >= 1 && limit <= MOST_ON_A_PAGE))
      throw new Refused('limit-malformed', `Give a limit of 1 to ${MOST_ON_A_PAGE}.`, { given: limit }, '/limit');
    return readLooks(this.db, after, limit, filter);
  }

  /** Walks the whole chain, to the first break. What was cut off at the end shows when records and head are compared with those of before. */
  async verify(): Promise<LooksVerified> {
    let [records, head] = [0, GENESIS];
    for (;;) {
      const page = await readLooks(this.db, records, WALKED_AT_ONCE);
      for (const record of page) {
        const broken = breakAt(record, records, head);
        if (broken) return { records, head, broken };
        [records, head] = [record.id, record.hash];
      }
      if (page.length < WALKED_AT_ONCE) return { records, head };
    }
  }

  async #add(looks: readonly TimedLook[]): Promise<void> {
    await this.db.transaction((sql) => addLooks(sql, looks));
  }

  #keep(personId: PersonId, caseId: CaseId, day: Day, reason: string): void {
    this.#reasons.set(`${personId} ${caseId} ${day}`, reason);
    if (this.#reasons.size > MOST_REASONS) this.#reasons.delete(this.#reasons.keys().next().value as string);
  }
}

/**
 * Makes the tables in the schema `looks` where they are missing, unless told not to.
 * @throws Refused `schema-older` where nothing may be created.
 */
export const openAccessLog = async (
  db: Database,
  { create = true, now = () => new Date() }: { readonly create?: boolean; readonly now?: () => Date } = {},
): Promise<AccessLog> => {
  await prepareLooks(db, create);
  return new AccessLog(db, now);
};

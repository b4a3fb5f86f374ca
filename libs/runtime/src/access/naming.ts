import { type PersonAdmitted, refuse } from '#access';
import type { PersonId } from '#core';
import { type Database, oneAtATime } from '#event-store';

/** Who was admitted under a name for an authority, by the log as it stands. */
export type Named = (name: string, authority: string) => Promise<PersonId | undefined>;

/** Processes that share a book take turns under it. */
const LOCK = 7_238_418;

/** Name and authority stand as the author of what somebody records, and of their keys: nobody is let in under those of another. */
export class Naming {
  readonly #inTurn: ReturnType<typeof oneAtATime>;

  constructor(
    db: Pick<Database, 'alone'>,
    private readonly named: Named,
  ) {
    this.#inTurn = oneAtATime(db, LOCK);
  }

  /** Has somebody let in, one at a time in all processes of the book. @throws Refused `name-taken`, `too-busy`; what the work throws. */
  async holding<T>(admitted: PersonAdmitted['data'], work: () => Promise<T>): Promise<T> {
    await this.#assertFree(admitted);
    return this.#inTurn(async () => {
      await this.#assertFree(admitted);
      return work();
    });
  }

  async #assertFree({ personId, name, authority }: PersonAdmitted['data']): Promise<void> {
    const holder = await this.named(name, authority);
    if (holder === undefined || holder === personId) return;
    const hint = `Somebody else of ${authority} is called ${name}: nobody could tell apart what they record. Let one have another name, here or with the issuer.`;
    refuse('name-taken', hint, { name, authority }, '/name');
  }
}

/**
 * What may go wrong with a call. `silent`: it is taken and nothing is done or answered. `mute`: it is done and not answered.
 * `internal`: the call fails. `not-leader`: it fails and names the leader. `cut-before`, `cut-after`: all connections break, before
 * it is done or after. `timeout`, `denied`: an append is answered so, and not done.
 */
export const FAULTS = [
  'silent',
  'mute',
  'internal',
  'not-leader',
  'cut-before',
  'cut-after',
  'timeout',
  'denied',
] as const;
export type Fault = (typeof FAULTS)[number];

export const CALLS = ['features', 'append', 'read', 'subscribe', 'gossip'] as const;
export type Call = (typeof CALLS)[number];

/** Faults that were asked for, until they have happened so many times. */
export class Faults {
  readonly #asked: { readonly call: Call; readonly fault: Fault; left: number }[] = [];
  /** How many calls of each kind came in. */
  readonly seen: Record<Call, number> = { features: 0, append: 0, read: 0, subscribe: 0, gossip: 0 };

  /** The next `times` calls of this kind go wrong; those that are asked for later come after. */
  ask(call: Call, fault: Fault, times = 1): void {
    this.#asked.push({ call, fault, left: times });
  }

  /** No fault any more. */
  clear(): void {
    this.#asked.length = 0;
  }

  /** What happens to the call that came in. */
  next(call: Call): Fault | undefined {
    this.seen[call] += 1;
    const index = this.#asked.findIndex((asked) => asked.call === call);
    const asked = this.#asked[index];
    if (!asked) return undefined;
    asked.left -= 1;
    if (asked.left === 0) this.#asked.splice(index, 1);
    return asked.fault;
  }
}

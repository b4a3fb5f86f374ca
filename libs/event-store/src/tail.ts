import type { Decider } from './command.js';
import { type EventStore, NO_STREAM, type Revision } from './store.js';

const PAGE = 1_000;

/** The state of one stream for whoever asks again and again: each time it is read on from where it was read before. */
export class Tail<State> {
  #state: State;
  #revision: Revision = NO_STREAM;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: Pick<EventStore, 'read'>,
    private readonly stream: string,
    private readonly decider: Decider<State>,
  ) {
    this.#state = decider.initial();
  }

  /** As the log has it now. It is shared: look at it, and change nothing. */
  state(): Promise<State> {
    const reading = this.#reading.catch(() => undefined).then(() => this.#readOn());
    this.#reading = reading;
    return reading;
  }

  async #readOn(): Promise<State> {
    for (;;) {
      const events = await this.store.read(this.stream, this.#revision + 1, PAGE);
      for (const event of events) {
        this.#state = this.decider.evolve(this.#state, event, { eventId: event.id, revision: event.revision });
        this.#revision = event.revision;
      }
      if (events.length < PAGE) return this.#state;
    }
  }
}

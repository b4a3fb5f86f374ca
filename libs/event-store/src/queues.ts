import type { Line } from './line.js';
import type { Request } from './round.js';

/** The commands that wait for one stream, and the stream as it was read and decided on so far. */
export interface Queue {
  readonly requests: Request<unknown>[];
  line: Line<unknown> | undefined;
  running: boolean;
  /** Somebody else was seen to write to it: for so many rounds more it is decided in turn. */
  shared: number;
  /** For how many bytes it counts among those that are held. */
  counted: number;
}

/** The queues of all streams. The lines of those used last are kept, so that a stream is not read again for each command. */
export class Queues {
  readonly #queues = new Map<string, Queue>();
  #held = 0;

  /** @param most about how many bytes the lines of queues at rest may hold. */
  constructor(private readonly most: number) {}

  of(stream: string): Queue {
    const queue = this.#queues.get(stream) ?? { requests: [], line: undefined, running: false, shared: 0, counted: 0 };
    this.#queues.delete(stream);
    this.#queues.set(stream, queue);
    return queue;
  }

  /** What is kept of a stream, if anything. */
  kept(stream: string): Line<unknown> | undefined {
    return this.#queues.get(stream)?.line;
  }

  /** Nothing waits in it any more. */
  rest(stream: string, queue: Queue): void {
    queue.running = false;
    const counted = queue.line?.size ?? 0;
    this.#held += counted - queue.counted;
    queue.counted = counted;
    if (!queue.line) this.#queues.delete(stream);
    this.#evict();
  }

  #evict(): void {
    for (const [stream, queue] of this.#queues) {
      if (this.#held <= this.most) return;
      if (queue.running) continue;
      this.#held -= queue.counted;
      this.#queues.delete(stream);
    }
  }
}

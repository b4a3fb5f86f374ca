import { caseDecider, type CaseEvent, type CaseFile } from '#casework';
import type { Recorder, Standing, Step } from '#event-store';

/** What one fact of a row says, and the command that tells it. */
export type CaseStep = Step<CaseFile>;

/** How many of the steps were told, with how many new events, and what ended them. */
export interface Told {
  readonly told: number;
  readonly events: number;
  readonly refusal?: unknown;
}

/** Decides as the book would, in memory, and writes nothing. */
export class Rehearsal {
  readonly #files = new Map<string, Promise<Standing<CaseFile>>>();
  /** The end of what is being decided about a stream: the next waits for it. */
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #said = new Map<string, CaseEvent[]>();

  constructor(private readonly recorder: Pick<Recorder, 'read'>) {}

  /** What steps told one after the other come to: nothing new of one that was recorded before, and the first refused ends them. */
  decideInTurn(stream: string, steps: readonly CaseStep[]): Promise<Told> {
    const turn = (this.#turns.get(stream) ?? Promise.resolve()).then(() => this.#decideAll(stream, steps));
    this.#turns.set(
      stream,
      turn.catch(() => undefined),
    );
    return turn;
  }

  async #decideAll(stream: string, steps: readonly CaseStep[]): Promise<Told> {
    let [told, events] = [0, 0];
    for (const step of steps) {
      try {
        events += await this.#decide(stream, step);
        told += 1;
      } catch (refusal) {
        return { told, events, refusal };
      }
    }
    return { told, events };
  }

  async #decide(stream: string, { decisions, command }: CaseStep): Promise<number> {
    const { state: file, repeats } = await this.#file(stream);
    command.admit?.(file as never);
    if (repeats(command)) return 0;
    const events: CaseEvent[] = [];
    try {
      for (const decision of decisions) {
        for (const fact of decision(file)) {
          const event = fact as CaseEvent;
          file.apply(event);
          events.push(event);
        }
      }
    } catch (error) {
      if (events.length > 0) this.#files.set(stream, this.#again(stream));
      throw error;
    }
    const said = this.#said.get(stream) ?? [];
    said.push(...events);
    this.#said.set(stream, said);
    return events.length;
  }

  #file(stream: string): Promise<Standing<CaseFile>> {
    const file = this.#files.get(stream) ?? this.#again(stream);
    this.#files.set(stream, file);
    return file;
  }

  async #again(stream: string): Promise<Standing<CaseFile>> {
    const standing = await this.recorder.read(stream, caseDecider);
    for (const event of this.#said.get(stream) ?? []) standing.state.apply(event);
    return standing;
  }
}

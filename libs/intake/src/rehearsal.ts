import { caseDecider, type CaseEvent, type CaseFile } from '#casework';
import type { Command, Recorder, Standing } from '#event-store';

type Decisions = readonly ((state: CaseFile) => readonly CaseEvent[])[];

/** Decides as the book would, in memory, and writes nothing. */
export class Rehearsal {
  readonly #files = new Map<string, Promise<Standing<CaseFile>>>();
  /** The end of what is being decided about a stream: the next waits for it. */
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #said = new Map<string, CaseEvent[]>();

  constructor(private readonly recorder: Pick<Recorder, 'read'>) {}

  /** How many events the decisions come to: none when the command was recorded before, or one refuses. @throws Refused as they do. */
  decide(stream: string, decisions: Decisions, command: Command): Promise<number> {
    const turn = (this.#turns.get(stream) ?? Promise.resolve()).then(() => this.#decide(stream, decisions, command));
    this.#turns.set(
      stream,
      turn.catch(() => undefined),
    );
    return turn;
  }

  async #decide(stream: string, decisions: Decisions, command: Command): Promise<number> {
    const { state: file, repeats } = await this.#file(stream);
    if (repeats(command)) return 0;
    const events: CaseEvent[] = [];
    try {
      for (const decision of decisions) {
        for (const event of decision(file)) {
          file.apply(event);
          events.push(event);
        }
      }
    } catch (error) {
      if (events.length > 0) this.#files.set(stream, this.#again(stream));
      throw error;
    }
    this.#said.set(stream, [...(this.#said.get(stream) ?? []), ...events]);
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

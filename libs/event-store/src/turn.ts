import { Refused } from '#core';

/** How far commands have come that are told one after the other. */
export class Steps {
  /** The first that was refused, as far as is decided. */
  refused: number | undefined;
}

/** The place of one command among them. */
export class Turn {
  constructor(
    private readonly steps: Steps,
    private readonly index: number,
  ) {}

  /** Before it is decided, or decided again. @throws Refused `earlier-refused`. */
  begin(): void {
    const { refused } = this.steps;
    if (refused === undefined) return;
    if (refused < this.index) throw new Refused('earlier-refused', 'What was told before it was refused.');
    this.steps.refused = undefined;
  }

  refuse(): void {
    this.steps.refused ??= this.index;
  }
}

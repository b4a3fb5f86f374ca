/** One measured line: a rate or a time, its yardstick from the same run, and their ratio. Printed as JSON, one a line. */
export interface Line {
  readonly what: string;
  readonly engine: 'embedded' | 'postgresql' | 'eventstoredb' | 'redis';
  readonly measured: number;
  readonly unit: string;
  readonly yardstick?: { readonly what: string; readonly measured: number };
  readonly ratio?: number;
  readonly required?: string;
}

export const print = (line: Line): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

export const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
};

export const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
};

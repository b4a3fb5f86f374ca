import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** What an error tells without telling data: a database quotes the values it did not like in its message, a parser its input. */
const errorOf = (error: Error & { code?: unknown }): object => {
  const { name, code, stack = '' } = error;
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  const quotes = error instanceof SyntaxError || (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code));
  return {
    name,
    ...(code === undefined ? {} : { code }),
    ...(quotes ? {} : { message: error.message }),
    stack: frames,
  };
};

/** One JSON line for each thing worth knowing, on standard output unless told. No personal data: ids, positions, codes. */
export const openLog = (process: string, level = 'info', to?: DestinationStream): Logger => {
  const options = {
    level,
    base: { process },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: errorOf },
  };
  return to ? pino(options, to) : pino(options);
};

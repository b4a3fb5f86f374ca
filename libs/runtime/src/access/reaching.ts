import { Refused } from '#core';

const TIMEOUT_MS = 5_000;
/** An issuer that did not answer is not asked again sooner, however many ask for it. */
const COOL_DOWN_MS = 5_000;
const MOST_BYTES = 1_000_000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Nobody is let in meanwhile whose keys are not known. */
const unreachable = (why: string): Refused =>
  new Refused(
    'issuer-unreachable',
    `The issuer of sign-in does not answer as it should: ${why} Ask again in a moment.`,
  );

export const isUnreachable = (error: unknown): error is Refused =>
  error instanceof Refused && error.code === 'issuer-unreachable';

/** Over TLS, but on this machine. @returns undefined for what is no such address */
export const safeUrl = (text: unknown): URL | undefined => {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
  return isSafe && !url.username && !url.password ? url : undefined;
};

const bodyOf = async (response: Response): Promise<Uint8Array<ArrayBuffer>> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += (chunk as Uint8Array).length;
    if (length > MOST_BYTES) throw new Error('it answers with more than anybody can read.');
    chunks.push(chunk as Uint8Array);
  }
  return new Uint8Array(Buffer.concat(chunks));
};

const fetched = async (url: string): Promise<Response> => {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (response.status !== 200) throw new Error(`it answers ${response.status}.`);
  return new Response(await bodyOf(response));
};

/** Asks an issuer, with bounds on time and size. After a failure, nothing is asked until it has cooled down. */
export class Reaching {
  #failed: { readonly at: number; readonly why: string } | undefined;

  /** @throws Refused `issuer-unreachable`. */
  async get(url: string): Promise<Response> {
    if (this.#failed && performance.now() - this.#failed.at < COOL_DOWN_MS) throw unreachable(this.#failed.why);
    try {
      const response = await fetched(url);
      this.#failed = undefined;
      return response;
    } catch (error) {
      const { message, cause } = error as Error;
      const why = cause instanceof Error ? `${message} (${cause.message || cause.name}).` : message;
      throw this.failing(why);
    }
  }

  /** What was got is of no use: as if nothing had been. */
  failing(why: string): Refused {
    this.#failed = { at: performance.now(), why };
    return unreachable(why);
  }
}

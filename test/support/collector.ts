import { createServer } from 'node:http';
import { once } from 'node:events';

/** A span as it was sent. */
export interface SpanSent {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

interface Sent {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly SpanSent[] }[] }[];
}

/** Takes in traces as OTLP/HTTP sends them, in JSON. It is a test double of a collector. */
export class Collector {
  readonly spans: SpanSent[] = [];
  /** All that came, as it came. */
  text = '';
  #server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      this.#take(Buffer.concat(parts).toString());
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });

  #take(body: string): void {
    this.text += body;
    for (const { scopeSpans } of (JSON.parse(body) as Sent).resourceSpans)
      for (const { spans } of scopeSpans) this.spans.push(...spans);
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  named(name: string): SpanSent[] {
    return this.spans.filter((span) => span.name === name);
  }
}

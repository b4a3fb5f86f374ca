import type { Attributes, Link, Span, SpanContext } from '@opentelemetry/api';

export interface SpanOptions {
  /** What it is part of, as `traceparent` of W3C Trace Context; of a trace of its own without, or when it is malformed. */
  readonly parent?: string | undefined;
  /** What it follows from, in the same form. */
  readonly links?: readonly string[];
  /** Ids, counts and codes: never a text that somebody wrote. */
  readonly attributes?: Attributes;
}

/** Something under way in a trace. */
export interface Traced {
  /** What goes on from here names it as its parent. */
  readonly traceparent: string;
  end(attributes?: Attributes, failed?: boolean): void;
}

/** Traces of one process. Without an endpoint nothing is loaded, made or sent. */
export interface Tracing {
  begin(name: string, options?: SpanOptions): Traced | undefined;
  /** Sends what is left, for two seconds at most. */
  close(): Promise<void>;
}

export const noTracing: Tracing = { begin: () => undefined, close: () => Promise.resolve() };

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const ZEROS = /^0+$/;
const SAMPLED = 1;
const FLUSH_MS = 2_000;

const contextOf = (traceparent: string): SpanContext | undefined => {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === '' || ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & SAMPLED, isRemote: true };
};

const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags & SAMPLED ? '01' : '00'}`;

const linksOf = (links: readonly string[]): Link[] =>
  links.flatMap((link) => {
    const context = contextOf(link);
    return context ? [{ context }] : [];
  });

/** Traces sent as OTLP over HTTP to the endpoint, when there is one; then only is OpenTelemetry loaded. */
export const openTracing = async (process: string, endpoint?: string): Promise<Tracing> => {
  if (endpoint === undefined) return noTracing;
  const { ROOT_CONTEXT, SpanStatusCode, trace } = await import('@opentelemetry/api');
  const { AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, TracerProvider } =
    await import('@opentelemetry/sdk-trace');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces`, timeoutMillis: FLUSH_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': `rastro-${process}` }),
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000 })],
  });
  const tracer = provider.getTracer('rastro');
  const endedBy = (span: Span): Traced => ({
    traceparent: traceparentOf(span.spanContext()),
    end(attributes = {}, failed = false) {
      span.setAttributes(attributes);
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  });
  return {
    begin(name, { parent, links = [], attributes = {} } = {}) {
      const context = parent === undefined ? undefined : contextOf(parent);
      const within = context ? trace.setSpanContext(ROOT_CONTEXT, context) : ROOT_CONTEXT;
      return endedBy(tracer.startSpan(name, { attributes, links: linksOf(links) }, within));
    },
    async close() {
      const late = new Promise<void>((resolve) => void setTimeout(resolve, FLUSH_MS).unref());
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
    },
  };
};

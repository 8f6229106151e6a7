import type { Request } from 'express';
import type { BackstageCredentials } from './auth-service';

/** A value that describes a span. */
export type TracingServiceAttributeValue =
  | string
  | number
  | boolean
  | Array<null | undefined | string>
  | Array<null | undefined | number>
  | Array<null | undefined | boolean>;

/** What describes a span. */
export interface TracingServiceAttributes {
  [key: string]: TracingServiceAttributeValue | undefined;
}

/** The part that a span plays in an exchange. */
export type TracingServiceSpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** How the work of a span ended. */
export interface TracingServiceSpanStatus {
  code: 'unset' | 'ok' | 'error';
  message?: string;
}

/** A piece of traced work. */
export interface TracingServiceSpan {
  setAttribute(key: string, value: TracingServiceAttributeValue): void;
  setStatus(status: TracingServiceSpanStatus): void;
}

/** Options of {@link TracingService.startActiveSpan}. */
export interface TracingServiceSpanOptions {
  attributes?: TracingServiceAttributes;
  kind?: TracingServiceSpanKind;
  /** For whom the work is done. */
  credentials?: BackstageCredentials;
  /** Whose credentials count when there are none in the options. */
  request?: Request<any, any, any, any, any>;
}

/** Opaque: a tracing context. */
export interface TracingServiceContext {
  readonly $$type: '@backstage/TracingServiceContext';
}

/** One entry of a baggage. */
export interface TracingServiceBaggageEntry {
  value: string;
}

/** Values that travel with a trace. */
export interface TracingServiceBaggage {
  getAllEntries(): Array<[string, TracingServiceBaggageEntry]>;
}

/** Reads the active context, and runs work in another one. */
export interface TracingServiceContextAPI {
  active(): TracingServiceContext;
  with<T>(context: TracingServiceContext, fn: () => T | Promise<T>): Promise<T>;
}

/** Carries contexts over boundaries that do not carry them by themselves. */
export interface TracingServicePropagationAPI {
  /** The context, with what a carrier such as HTTP headers says of the caller's trace. */
  extract(
    context: TracingServiceContext,
    carrier: Record<string, string | string[] | undefined>,
  ): TracingServiceContext;
  getBaggage(context: TracingServiceContext): TracingServiceBaggage | undefined;
  getActiveBaggage(): TracingServiceBaggage | undefined;
}

/** Traces the work of a plugin. Spans go to the OpenTelemetry SDK of the process, if there is one. */
export interface TracingService {
  /** Runs `fn` in a span that ends with it. */
  startActiveSpan<T>(name: string, fn: (span: TracingServiceSpan) => T | Promise<T>): Promise<T>;
  startActiveSpan<T>(
    name: string,
    options: TracingServiceSpanOptions,
    fn: (span: TracingServiceSpan) => T | Promise<T>,
  ): Promise<T>;
  readonly context: TracingServiceContextAPI;
  readonly propagation: TracingServicePropagationAPI;
}

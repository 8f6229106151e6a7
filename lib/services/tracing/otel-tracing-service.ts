import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Baggage,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type {
  BackstageCredentials,
  HttpAuthService,
  TracingService,
  TracingServiceBaggage,
  TracingServiceContext,
  TracingServiceContextAPI,
  TracingServicePropagationAPI,
  TracingServiceSpan,
  TracingServiceSpanOptions,
} from '../../api';

/** Options of {@link OtelTracingService}. */
export interface OtelTracingServiceOptions {
  pluginId: string;
  /** The name, version and schema of the tracer. */
  name: string;
  version?: string;
  schemaUrl?: string;
  /** Whether spans say which user or service the work is for. */
  captureEndUser: boolean;
  httpAuth: HttpAuthService;
}

const SPAN_KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

const STATUS_CODES = {
  unset: SpanStatusCode.UNSET,
  ok: SpanStatusCode.OK,
  error: SpanStatusCode.ERROR,
};

// A context is opaque to plugins: only its type changes on the way in and out.
const toOtel = (opaque: TracingServiceContext) => opaque as unknown as Context;
const toOpaque = (otel: Context) => otel as unknown as TracingServiceContext;

const toBaggage = (baggage?: Baggage): TracingServiceBaggage | undefined =>
  baggage && {
    getAllEntries: () => baggage.getAllEntries().map(([key, { value }]) => [key, { value }]),
  };

/** Traces the work of a plugin with OpenTelemetry. */
export class OtelTracingService implements TracingService {
  readonly context: TracingServiceContextAPI = {
    active: () => toOpaque(context.active()),
    with: async (opaque, fn) => context.with(toOtel(opaque), fn),
  };

  readonly propagation: TracingServicePropagationAPI = {
    extract: (opaque, carrier) => toOpaque(propagation.extract(toOtel(opaque), carrier)),
    getBaggage: opaque => toBaggage(propagation.getBaggage(toOtel(opaque))),
    getActiveBaggage: () => toBaggage(propagation.getActiveBaggage()),
  };

  private readonly tracer: Tracer;

  constructor(private readonly options: OtelTracingServiceOptions) {
    const { name, version, schemaUrl } = options;
    this.tracer = trace.getTracerProvider().getTracer(name, version, { schemaUrl });
  }

  async startActiveSpan<T>(
    name: string,
    ...args:
      | [fn: (span: TracingServiceSpan) => T | Promise<T>]
      | [options: TracingServiceSpanOptions, fn: (span: TracingServiceSpan) => T | Promise<T>]
  ): Promise<T> {
    const [options, fn] = args.length === 1 ? [{} as TracingServiceSpanOptions, args[0]] : args;
    const attributes = {
      'backstage.plugin.id': this.options.pluginId,
      ...options.attributes,
      ...(await this.describePrincipal(options)),
    };
    const kind = options.kind && SPAN_KINDS[options.kind];
    return this.tracer.startActiveSpan(name, { kind, attributes }, span => runInSpan(span, fn));
  }

  private async describePrincipal(options: TracingServiceSpanOptions): Promise<Attributes> {
    const credentials: BackstageCredentials | undefined =
      options.credentials ??
      (options.request && (await this.options.httpAuth.credentials(options.request)));
    const principal = credentials?.principal as
      { type?: string; userEntityRef?: string; subject?: string } | undefined;
    if (!principal?.type) {
      return {};
    }
    const endUser = principal.userEntityRef ?? principal.subject;
    return {
      'backstage.principal.type': principal.type,
      ...(this.options.captureEndUser && endUser && { 'enduser.id': endUser }),
    };
  }
}

async function runInSpan<T>(
  span: Span,
  fn: (span: TracingServiceSpan) => T | Promise<T>,
): Promise<T> {
  try {
    return await fn({
      setAttribute: (key, value) => void span.setAttribute(key, value),
      setStatus: ({ code, message }) => void span.setStatus({ code: STATUS_CODES[code], message }),
    });
  } catch (thrown) {
    const error = thrown as Error;
    span.recordException(error);
    span.setAttribute('error.type', error.name || 'Error');
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.message || String(error) });
    throw thrown;
  } finally {
    span.end();
  }
}

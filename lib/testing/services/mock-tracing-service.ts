import {
  createServiceFactory,
  tracingServiceRef,
  type ServiceFactory,
  type TracingService,
  type TracingServiceBaggage,
  type TracingServiceContext,
  type TracingServiceContextAPI,
  type TracingServicePropagationAPI,
  type TracingServiceSpan,
} from '../../api';
import type { MockMembers } from '../create-service-mock';
import { mockFunction, type MockFunction } from '../mock-function';

/** A span whose methods are stubs. */
export type MockedTracingServiceSpan = MockMembers<TracingServiceSpan>;

/** A tracing service whose methods are stubs that work, and the spans that it has begun. */
export interface TracingServiceMock extends TracingService {
  startActiveSpan: MockFunction<TracingService['startActiveSpan']>;
  context: MockMembers<TracingServiceContextAPI>;
  propagation: MockMembers<TracingServicePropagationAPI>;
  /** In the order in which they began. */
  spans: MockedTracingServiceSpan[];
  factory: ServiceFactory<TracingService>;
}

type ContextWithBaggage = TracingServiceContext & { baggage?: TracingServiceBaggage };

/** Reads the header `baggage` of W3C Baggage. */
function readBaggage(
  carrier: Record<string, string | string[] | undefined>,
): TracingServiceBaggage | undefined {
  const header = Object.entries(carrier).find(([name]) => name.toLowerCase() === 'baggage')?.[1];
  const text = [header].flat()[0] ?? '';
  const entries = text
    .split(',')
    .map(member => /^\s*([^=;\s]+)\s*=\s*([^;]*)/.exec(member))
    .filter(match => match !== null)
    .map(([, key, value]): [string, { value: string }] => [
      decodeURIComponent(key),
      { value: decodeURIComponent(value.trim()) },
    ]);
  return entries.length > 0 ? { getAllEntries: () => entries } : undefined;
}

/** Creates a tracing service that traces nothing, but carries baggage from carriers to contexts. */
export function createMockTracingService(): TracingServiceMock {
  const spans: MockedTracingServiceSpan[] = [];
  const active: ContextWithBaggage[] = [{ $$type: '@backstage/TracingServiceContext' }];
  const current = () => active[active.length - 1];

  const service = {
    spans,
    startActiveSpan: mockFunction(async (_name: string, ...args: any[]) => {
      const span = {
        setAttribute: mockFunction(),
        setStatus: mockFunction(),
      } as unknown as MockedTracingServiceSpan;
      spans.push(span);
      return args[args.length - 1](span);
    }),
    context: {
      active: mockFunction(current),
      with: mockFunction(async (context: ContextWithBaggage, fn: () => unknown) => {
        active.push(context);
        try {
          return await fn();
        } finally {
          active.pop();
        }
      }),
    },
    propagation: {
      extract: mockFunction((context: ContextWithBaggage, carrier: Record<string, string>) => ({
        ...context,
        baggage: readBaggage(carrier) ?? context.baggage,
      })),
      getBaggage: mockFunction((context: ContextWithBaggage) => context.baggage),
      getActiveBaggage: mockFunction(() => current().baggage),
    },
  } as unknown as TracingServiceMock;

  service.factory = createServiceFactory({
    service: tracingServiceRef,
    deps: {},
    factory: (): TracingService => service,
  });
  return service;
}

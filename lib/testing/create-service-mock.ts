import { createServiceFactory, type ServiceFactory, type ServiceRef } from '../api';
import { mockFunction, type MockFunction } from './mock-function';

/** The methods of a service as mock functions. */
export type MockMembers<TService> = {
  [Key in keyof TService]: TService[Key] extends (...args: any[]) => any
    ? MockFunction<TService[Key]>
    : TService[Key];
};

/** A service whose methods are sinon stubs, and a factory that installs it. */
export type ServiceMock<TService> = MockMembers<TService> & { factory: ServiceFactory<TService> };

/**
 * Creates a function that makes mocks of a service.
 *
 * @param ref - the service
 * @param createMembers - makes the methods of a new mock, usually {@link mockFunction}s
 *
 * @example
 * ```ts
 * const ticketsMock = createServiceMock(ticketsServiceRef, () => ({ list: mockFunction() }));
 * const tickets = ticketsMock({ list: async () => [] });
 * await startTestBackend({ features: [plugin, tickets.factory] });
 * sinon.assert.calledOnce(tickets.list);
 * ```
 */
export function createServiceMock<TService>(
  ref: ServiceRef<TService, any>,
  createMembers: () => { [Key in keyof TService]: unknown },
): (partialImpl?: Partial<TService>) => ServiceMock<TService> {
  return partialImpl => {
    const members: Record<string, unknown> = { ...createMembers() };
    for (const [name, member] of Object.entries(partialImpl ?? {})) {
      members[name] =
        typeof member === 'function' ? mockFunction(member as (...args: any[]) => any) : member;
    }
    const mock = members as unknown as ServiceMock<TService>;
    mock.factory = createServiceFactory({
      service: ref as ServiceRef<TService, 'plugin', 'singleton'>,
      deps: {},
      factory: () => mock as TService,
    });
    return mock;
  };
}

/** As {@link createServiceMock}, with every named method a stub that returns undefined. */
export function createStubbedServiceMock<TService>(
  ref: ServiceRef<TService, any>,
  methods: readonly (keyof TService & string)[],
): (partialImpl?: Partial<TService>) => ServiceMock<TService> {
  return createServiceMock(
    ref,
    () =>
      Object.fromEntries(methods.map(name => [name, mockFunction()])) as {
        [Key in keyof TService]: unknown;
      },
  );
}

import { stub, type SinonStub } from 'sinon';

type AnyFunction = (...args: any[]) => any;

/** A member of a service mock: a sinon stub that the matchers of Jest and Vitest understand as well. */
export type MockFunction<T extends AnyFunction> = T & SinonStub<Parameters<T>, ReturnType<T>>;

/** The record of calls that `expect(fn).toHaveBeenCalledWith(...)` of Jest and Vitest reads. */
function callRecord(fn: SinonStub) {
  const results = fn
    .getCalls()
    .map(call =>
      call.exception
        ? { type: 'throw' as const, value: call.exception as unknown }
        : { type: 'return' as const, value: call.returnValue as unknown },
    );
  return {
    calls: fn.args,
    lastCall: fn.args.at(-1),
    contexts: fn.thisValues,
    instances: fn.thisValues,
    invocationCallOrder: fn.getCalls().map((_, index) => index + 1),
    results,
  };
}

/**
 * Creates a function that records its calls.
 *
 * @param implementation - what it does; without one it returns undefined
 */
export function mockFunction<T extends AnyFunction>(implementation?: T): MockFunction<T> {
  const fn = stub();
  if (implementation) {
    fn.callsFake(implementation);
  }
  Object.defineProperties(fn, {
    _isMockFunction: { value: true },
    getMockName: { value: () => 'mock' },
    mock: { get: () => callRecord(fn) },
  });
  return fn as unknown as MockFunction<T>;
}

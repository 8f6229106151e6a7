import { stub, type SinonStub } from 'sinon';
import { followJest } from './follow-jest';

type AnyFunction = (...args: any[]) => any;

/** The part of the mocks of Jest and Vitest that sets what a function does. */
export interface MockSetters<T extends AnyFunction> {
  mockImplementation(implementation: T): this;
  /** For the next call only; several of these are for one call each. */
  mockImplementationOnce(implementation: T): this;
  mockReturnValue(value: ReturnType<T>): this;
  mockReturnValueOnce(value: ReturnType<T>): this;
  mockResolvedValue(value: Awaited<ReturnType<T>>): this;
  mockResolvedValueOnce(value: Awaited<ReturnType<T>>): this;
  mockRejectedValue(error: unknown): this;
  mockRejectedValueOnce(error: unknown): this;
  mockReturnThis(): this;
  getMockImplementation(): T | undefined;
  /** Forgets the calls. */
  mockClear(): this;
  /** Forgets the calls, and what the function does. */
  mockReset(): this;
  mockRestore(): void;
  mockName(name: string): this;
  getMockName(): string;
}

/**
 * A member of a service mock: a sinon stub that the matchers of Jest and Vitest understand as well, and
 * that has their methods, so that tests that were written for them need no change.
 */
export type MockFunction<T extends AnyFunction> = T &
  SinonStub<Parameters<T>, ReturnType<T>> &
  MockSetters<T>;

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
  const fn: SinonStub = stub();
  let always: AnyFunction | undefined = implementation;
  let once: AnyFunction[] = [];
  let name = 'mock';
  function current(this: unknown, ...args: unknown[]) {
    return (once.shift() ?? always)?.apply(this, args);
  }
  fn.callsFake(current);

  const setAlways = (next: AnyFunction | undefined) => {
    always = next;
    fn.callsFake(current);
    return mock;
  };
  const setOnce = (next: AnyFunction) => {
    once.push(next);
    fn.callsFake(current);
    return mock;
  };
  const clear = () => {
    fn.resetHistory();
    return mock;
  };
  const reset = () => {
    once = [];
    setAlways(undefined);
    return clear();
  };
  Object.defineProperties(fn, {
    _isMockFunction: { value: true },
    mock: { get: () => callRecord(fn) },
  });
  Object.assign(fn, {
    mockImplementation: setAlways,
    mockImplementationOnce: setOnce,
    mockReturnValue: (value: unknown) => setAlways(() => value),
    mockReturnValueOnce: (value: unknown) => setOnce(() => value),
    mockResolvedValue: (value: unknown) => setAlways(async () => value),
    mockResolvedValueOnce: (value: unknown) => setOnce(async () => value),
    mockRejectedValue: (error: unknown) => setAlways(() => Promise.reject(error)),
    mockRejectedValueOnce: (error: unknown) => setOnce(() => Promise.reject(error)),
    mockReturnThis() {
      return setAlways(function self(this: unknown) {
        return this;
      });
    },
    getMockImplementation: () => always,
    mockClear: clear,
    mockReset: reset,
    mockRestore: () => void reset(),
    mockName: (next: string) => {
      name = next;
      return mock;
    },
    getMockName: () => name,
  });
  const mock = followJest(fn, { clear, reset }) as unknown as MockFunction<T>;
  return mock;
}

import { jestGlobals } from './jest-globals';

/**
 * Under Jest, lets `jest.clearAllMocks()` and `jest.resetAllMocks()`, and the settings of the same names,
 * work on a mock that Jest has not made: a mock of Jest's own beside it tells when they have run.
 *
 * @param how - what to do to the mock when they have
 */
export function followJest<T extends (...args: any[]) => unknown>(
  mock: T,
  how: { clear(): unknown; reset(): unknown },
): T {
  const untouched = () => true as const;
  const witness = jestGlobals()?.jest.fn(untouched);
  if (!witness) {
    return mock;
  }
  witness();
  const catchUp = () => {
    if (witness.mock.calls.length > 0) {
      return;
    }
    if (witness() === true) {
      how.clear();
    } else {
      how.reset();
      witness.mockImplementation(untouched);
    }
  };
  return new Proxy(mock, {
    apply(target, self, args) {
      catchUp();
      return Reflect.apply(target, self, args);
    },
    get(target, key) {
      catchUp();
      return Reflect.get(target, key);
    },
  });
}

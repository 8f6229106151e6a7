/** What is used here of the globals of Jest. */
export interface JestGlobals {
  afterAll(cleanup: () => void | Promise<void>, timeoutMs: number): void;
  jest: {
    fn(implementation: () => true): (() => unknown) & {
      mock: { calls: unknown[] };
      mockImplementation(implementation: () => true): unknown;
    };
  };
}

let globals: JestGlobals | undefined;

/** Also with `injectGlobals: false`. Outside of Jest, whose variable others set as well, there are none. */
export function jestGlobals(): JestGlobals | undefined {
  if (process.env.JEST_WORKER_ID === undefined) {
    return undefined;
  }
  try {
    globals ??= require('@jest/globals') as JestGlobals;
    return globals;
  } catch {
    return undefined;
  }
}

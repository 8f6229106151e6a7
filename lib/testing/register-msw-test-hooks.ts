/** What the hooks need of a mock server of msw. */
export interface MswServer {
  listen(options: { onUnhandledRequest: 'error' }): void;
  resetHandlers(): void;
  close(): void;
}

type Hook = (work: () => void) => void;

/**
 * Starts a mock server of msw before the tests, resets it after each and closes it after all; a
 * request that it does not know fails. Call it in a `describe` block.
 *
 * @throws Error when the test runner has no global hooks
 */
export function registerMswTestHooks(worker: MswServer): void {
  const globals = globalThis as unknown as { [name in string]?: Hook };
  const before = globals.beforeAll ?? globals.before;
  const after = globals.afterAll ?? globals.after;
  if (!before || !after || !globals.afterEach) {
    throw new Error(
      'registerMswTestHooks needs the global hooks of Jest, Mocha or Vitest (with globals: true)',
    );
  }
  before(() => worker.listen({ onUnhandledRequest: 'error' }));
  after(() => worker.close());
  globals.afterEach(() => worker.resetHandlers());
}

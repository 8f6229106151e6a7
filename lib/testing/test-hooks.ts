import * as nodeTest from 'node:test';
import { jestGlobals, type JestGlobals } from './jest-globals';

/** Undoes something that a test has set up. */
export type Cleanup = () => void | Promise<void>;

/** Long enough to drop databases. */
const CLEANUP_TIMEOUT_MS = 60_000;

type AfterAll = (cleanup: Cleanup) => void;

interface RunnerGlobals {
  /** Jest, and Vitest with `globals: true`. */
  afterAll?: JestGlobals['afterAll'];
  /** Mocha. */
  after?: (cleanup: (this: { timeout?(ms: number): void }) => void | Promise<void>) => void;
  /** Vitest from 3.2, whose hooks can only be imported by ES modules when they are no globals. */
  __vitest_worker__?: { onCleanup?: (cleanup: Cleanup) => void };
}

/** The hook of the test runner that runs this process, if it shows itself. */
function findAfterAll(): AfterAll | undefined {
  const { after, __vitest_worker__: vitest } = globalThis as RunnerGlobals;
  const afterAll = (globalThis as RunnerGlobals).afterAll ?? jestGlobals()?.afterAll;
  if (typeof afterAll === 'function') {
    return cleanup => afterAll(cleanup, CLEANUP_TIMEOUT_MS);
  }
  if (typeof after === 'function') {
    return cleanup =>
      after(function cleanUp() {
        this.timeout?.(CLEANUP_TIMEOUT_MS);
        return cleanup();
      });
  }
  if (process.env.NODE_TEST_CONTEXT) {
    return cleanup => nodeTest.after(() => cleanup(), { timeout: CLEANUP_TIMEOUT_MS });
  }
  if (typeof vitest?.onCleanup === 'function') {
    return cleanup => vitest.onCleanup!(cleanup);
  }
  return undefined;
}

const pending = new Set<Cleanup>();

/** Before 3.2, Vitest ends its workers without a word to anybody who has none of its hooks. */
let mayBeKilled = false;

async function runPending(): Promise<void> {
  const cleanups = [...pending].reverse();
  pending.clear();
  const results = await Promise.allSettled(cleanups.map(async cleanup => cleanup()));
  const failure = results.find(result => result.status === 'rejected');
  if (failure) {
    throw failure.reason;
  }
}

function registerRunPending(): void {
  const afterAll = findAfterAll();
  if (afterAll) {
    afterAll(runPending);
    return;
  }
  process.on('beforeExit', () => void runPending());
  mayBeKilled = (globalThis as RunnerGlobals).__vitest_worker__ !== undefined;
}

// Runners refuse new hooks inside a test, so the hook stands from the moment this module is loaded.
registerRunPending();

/**
 * Runs a clean-up when the tests are done: through the hook of Jest, Mocha, `node --test` or Vitest
 * (without `globals: true` when its worker ends, from Vitest 3.2), or otherwise when the process has
 * nothing left to do.
 *
 * @returns a function that takes the clean-up back, for when it was done earlier
 */
export function afterAllTests(cleanup: Cleanup): () => void {
  pending.add(cleanup);
  if (mayBeKilled) {
    mayBeKilled = false; // told once
    process.emitWarning(
      'Nothing is cleaned up after these tests: set `globals: true` in the configuration of Vitest, or update it to 3.2, or call stop() of backends, shutdown() of TestDatabases and TestCaches and remove() of mock directories in an afterAll',
    );
  }
  return () => {
    pending.delete(cleanup);
  };
}

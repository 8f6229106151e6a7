import { inspect } from 'node:util';
import type { LoggerService } from '../api';
import { formatStartupFailures, type BackendStartupError } from './backend-startup-error';
import { describeFailure } from './describe-failure';
import type { StartupFailurePolicy } from './startup-failure-policy';
import { wantsStackTraces } from './wants-stack-traces';

/** How long logs have to be written before the process is forced to end. */
const FLUSH_MS = 300;

/**
 * Ends the process because the backend did not start, as the policy wants it: by telling why in one
 * message, and exit code 1. To be called right before the error is thrown.
 */
export function endAfterFailedStart(
  error: unknown,
  policy: StartupFailurePolicy,
  logger: LoggerService | undefined,
): void {
  if (policy === 'throw' || (policy === 'exit-unless-handled' && isUnderTest())) {
    return;
  }
  process.exitCode ??= 1;
  const end = () => {
    report(error, logger);
    // A plugin may have left something behind that would keep the process alive.
    setTimeout(() => process.exit(), FLUSH_MS).unref();
  };
  if (policy === 'exit') {
    end();
  }
  const forget = interceptUnhandled(error, policy === 'exit' ? () => {} : end);
  // Rejections that nobody handles are announced before the next turn of the event loop.
  setImmediate(forget);
}

/** @returns stops intercepting; other errors are left to whoever else listens, or to Node.js */
function interceptUnhandled(error: unknown, onUnhandled: () => void): () => void {
  const listen = (event: 'unhandledRejection' | 'uncaughtException') => {
    const listener = (reason: unknown) => {
      if (reason === error) {
        onUnhandled();
      } else if (process.listenerCount(event as 'uncaughtException') === 1) {
        process.off(event, listener);
        throw reason;
      }
    };
    process.on(event, listener);
    return () => process.off(event, listener);
  };
  const forget = [listen('unhandledRejection'), listen('uncaughtException')];
  return () => forget.forEach(stop => stop());
}

function report(error: unknown, logger: LoggerService | undefined): void {
  const message = wantsStackTraces() ? inspect(error) : describe(error);
  if (logger) {
    logger.error(message);
  } else {
    // There is no log yet.
    // eslint-disable-next-line no-console
    console.error(message);
  }
}

function describe(error: unknown): string {
  const text = isStartupError(error)
    ? formatStartupFailures(error.result, failure => describeFailure(failure, '    '))
    : `Backend startup failed; caused by ${describeFailure(error, '  ')}`;
  return `${text}\n  Everything that had started was stopped. Set LOG_LEVEL=debug to see stack traces.`;
}

function isStartupError(error: unknown): error is BackendStartupError {
  return (error as Partial<Error> | undefined)?.name === 'BackendStartupError';
}

/** Test runners have their own ways with errors and exit codes. */
function isUnderTest(): boolean {
  return process.env.NODE_ENV === 'test' || process.env.NODE_TEST_CONTEXT !== undefined;
}

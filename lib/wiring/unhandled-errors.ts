import type { LoggerService } from '../api';

/**
 * Logs promise rejections and exceptions that nobody handles, instead of ending the process. Not in
 * tests, where the runner wants them.
 *
 * @returns stops doing so
 */
export function watchUnhandledErrors(logger: LoggerService | undefined): () => void {
  if (process.env.NODE_ENV === 'test') {
    return () => {};
  }
  const onRejection = (reason: unknown) =>
    logger?.child({ type: 'unhandledRejection' }).error('Unhandled rejection', reason as Error);
  const onException = (error: Error) =>
    logger?.child({ type: 'uncaughtException' }).error('Uncaught exception', error);
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onException);
  return () => {
    process.off('unhandledRejection', onRejection);
    process.off('uncaughtException', onException);
  };
}

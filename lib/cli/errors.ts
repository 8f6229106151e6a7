import { constants } from 'node:os';
import { ExitCode } from './exit-code';

/** The command was called in a wrong way. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A signal asked the command to end. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';

  constructor(readonly signal: NodeJS.Signals) {
    super(`Interrupted by ${signal}`);
  }
}

/** Codes of the errors of other rooms that the caller of the command can put right. */
const WRONG_USE = [
  'FOLDER_NOT_FOUND',
  'NOT_A_BACKSTAGE_REPOSITORY',
  'BACKEND_NOT_FOUND',
  'JAVASCRIPT_BACKEND',
  'UNKNOWN_PLUGIN',
  'NOT_LIFTED',
  'UNKNOWN_GUIDE',
  'INVALID_ID',
  'ALREADY_EXISTS',
  'DIRTY_WORK_TREE',
  'REQUESTS_UNREADABLE',
  'REQUESTS_INVALID',
  'BASELINE_UNREADABLE',
  'BASELINE_INVALID',
];

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof InterruptedError) {
    return 128 + constants.signals[error.signal];
  }
  const wrongUse =
    error instanceof UsageError || WRONG_USE.includes((error as { code?: string })?.code ?? '');
  return wrongUse ? ExitCode.wrongUse : ExitCode.failed;
}

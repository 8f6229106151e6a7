/** Stable codes a caller can branch on; the message carries the words for people. */
export type GuideErrorCode =
  | 'FOLDER_NOT_FOUND'
  | 'NOT_A_BACKSTAGE_REPOSITORY'
  | 'BACKEND_NOT_FOUND'
  | 'JAVASCRIPT_BACKEND'
  | 'UNPARSABLE_FILE'
  | 'UNREADABLE_FILE'
  | 'UNKNOWN_PLUGIN'
  | 'NOT_LIFTED'
  | 'UNKNOWN_GUIDE'
  | 'INVALID_ID'
  | 'ALREADY_EXISTS'
  | 'OUTSIDE_REPOSITORY'
  | 'DIRTY_WORK_TREE'
  | 'FILE_CHANGED'
  | 'NOT_WRITABLE';

/**
 * A migration step could not be planned or applied.
 * When it is thrown, no file of the repository has been changed.
 */
export class GuideError extends Error {
  readonly code: GuideErrorCode;
  /** The file or folder the problem is in, if there is one. */
  readonly file?: string;

  constructor(code: GuideErrorCode, message: string, options?: { file?: string; cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GuideError';
    this.code = code;
    this.file = options?.file;
  }
}

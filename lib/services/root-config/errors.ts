/** Codes of {@link ConfigLoadError}; stable, for scripts. */
export type ConfigLoadErrorCode =
  | 'CONFIG_NOT_FOUND'
  | 'CONFIG_UNREADABLE'
  | 'CONFIG_NOT_YAML'
  | 'CONFIG_NOT_AN_OBJECT'
  | 'CONFIG_EMPTY'
  | 'CONFIG_ARGUMENT_INVALID'
  | 'CONFIG_REMOTE_DISABLED'
  | 'CONFIG_INVALID';

/**
 * The configuration could not be loaded. The message says which file, where and how to fix it, so
 * there is no stack: no line of code is at fault.
 */
export class ConfigLoadError extends Error {
  override readonly name = 'ConfigLoadError';

  constructor(
    readonly code: ConfigLoadErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.stack = `${this.name}: ${message}`;
  }
}

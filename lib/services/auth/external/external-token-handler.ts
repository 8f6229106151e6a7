import type { Config } from '@backstage/config';
import { createServiceRef } from '../../../api';

/** Recognises one type of tokens of callers from outside. */
export interface ExternalTokenHandler<TContext> {
  /** As in `backend.auth.externalAccess[].type`. */
  type: string;
  /**
   * Reads the options of one entry.
   *
   * @throws Error when they are not valid, which stops the start
   */
  initialize(ctx: { options: Config }): TContext;
  /** @returns undefined when the token is not for this entry */
  verifyToken(token: string, ctx: TContext): Promise<{ subject: string } | undefined>;
}

/**
 * Adds types of external access. Install a factory for this service, with a handler made by
 * {@link createExternalTokenHandler}; there may be any number of them.
 */
export const externalTokenHandlersServiceRef = createServiceRef<ExternalTokenHandler<unknown>>({
  id: 'core.auth.externalTokenHandlers',
  multiton: true,
});

/**
 * Gives a handler its type.
 *
 * @example
 * ```ts
 * const apiKeys = createExternalTokenHandler({
 *   type: 'api-key',
 *   initialize: ({ options }) => ({ key: options.getString('key') }),
 *   verifyToken: async (token, { key }) => (token === key ? { subject: 'external:ci' } : undefined),
 * });
 * ```
 */
export function createExternalTokenHandler<TContext>(
  handler: ExternalTokenHandler<TContext>,
): ExternalTokenHandler<TContext> {
  return handler;
}

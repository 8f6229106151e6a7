import type { RequestHandler, Router } from 'express';
import type { LegacyIdentityService, TokenManager } from '../adapters';
import type { BackendFeature, ServiceRef } from '../lib/api';
import { captureCallSite } from '../lib/api/call-site';
import { checkMapping } from './check-mapping';
import { createLegacyFeature } from './create-legacy-feature';
import type { LegacyPluginOptions } from './legacy-plugin-options';
import type { PluginEnvironment } from './plugin-environment';

/** The function that an old plugin file exports. */
export type LegacyCreateRouter<TEnv> = (
  env: TEnv,
  ...args: any[]
) => MaybePromise<
  AnyRouter | { router: MaybePromise<AnyRouter> } | { [name in string]: AnyRouter }
>;

type AnyRouter = RequestHandler | Router;

type MaybePromise<TValue> = TValue | Promise<TValue>;

/** What `import('./plugins/x')` may resolve to. */
export type LegacyPluginModule<TEnv> =
  | { default: LegacyCreateRouter<TEnv> }
  | { default: { default: LegacyCreateRouter<TEnv> } }
  | { createRouter: LegacyCreateRouter<TEnv> }
  | { createPlugin: LegacyCreateRouter<TEnv> };

/** The environment that `envMapping` and `envTransforms` describe. */
export type TransformedEnv<
  TEnv extends Record<string, unknown>,
  TEnvTransforms extends { [key in keyof TEnv]?: (service: TEnv[key]) => unknown },
> = {
  [key in keyof TEnv]: TEnvTransforms[key] extends (service: TEnv[key]) => infer TResult
    ? Awaited<TResult>
    : TEnv[key];
};

/** Makes a plugin of the new system from an old one. */
export interface LegacyPluginFactory<TEnv> {
  (
    name: string,
    createRouterImport: Promise<LegacyPluginModule<TEnv>>,
    options?: LegacyPluginOptions,
  ): BackendFeature;
  /** From one that makes no router and only starts something. */
  (
    name: string,
    startImport: Promise<{ default: (env: TEnv, ...args: any[]) => unknown }>,
    options: LegacyPluginOptions & { routers: Record<string, never> },
  ): BackendFeature;
}

/**
 * Creates a `legacyPlugin` for an environment with keys of your own.
 *
 * All keys of {@link PluginEnvironment} are there as well, unless the mapping has one of that name.
 *
 * @param envMapping - the service that each key is made from
 * @param envTransforms - make the value of a key from its service; may be asynchronous
 * @throws InputError for a key without a service ref, and for transforms that are no functions
 *
 * @example
 * ```ts
 * const legacyPlugin = makeLegacyPlugin(
 *   { catalogClient: catalogServiceRef, logger: coreServices.logger },
 *   { logger: logger => loggerToWinstonLogger(logger) },
 * );
 * backend.add(legacyPlugin('todo', import('./plugins/todo')));
 * ```
 */
export function makeLegacyPlugin<
  TEnv extends Record<string, unknown>,
  TEnvTransforms extends { [key in keyof TEnv]?: (service: TEnv[key]) => unknown },
>(
  envMapping: { [key in keyof TEnv]: ServiceRef<TEnv[key]> },
  envTransforms: TEnvTransforms,
): LegacyPluginFactory<
  Omit<PluginEnvironment, keyof TEnv> &
    TransformedEnv<TEnv, TEnvTransforms> & {
      tokenManager: TokenManager;
      identity: LegacyIdentityService;
    }
> {
  checkMapping(envMapping, envTransforms);
  return function legacyPlugin(id, module, options = {}) {
    // A module that can not be loaded is reported when the backend starts.
    Promise.resolve(module).catch(() => {});
    return createLegacyFeature({
      id,
      callSite: captureCallSite(legacyPlugin),
      module,
      options,
      envMapping: envMapping as { [key in string]: ServiceRef<unknown> },
      envTransforms,
    });
  };
}

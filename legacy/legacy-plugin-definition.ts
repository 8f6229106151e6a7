import type { ServiceRef } from '../lib/api';
import type { CallSite } from '../lib/api/call-site';
import type { LegacyPluginOptions } from './legacy-plugin-options';

/** Everything that one call of `legacyPlugin` says. */
export interface LegacyPluginDefinition {
  readonly id: string;
  readonly callSite: CallSite;
  /** What `import('./plugins/x')` gives, or a function that calls it. */
  readonly module: unknown;
  readonly options: LegacyPluginOptions;
  /** Services that become keys of the environment. */
  readonly envMapping: { readonly [key in string]: ServiceRef<unknown> };
  /** Make the value of a key from its service. */
  readonly envTransforms: { readonly [key in string]?: (service: any) => unknown };
}

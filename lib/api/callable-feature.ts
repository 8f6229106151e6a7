import { deprecate } from './deprecation';
import type { BackendFeature } from './feature';
import type { InternalRegistrationsFeature } from './registrations';

/**
 * A plugin or module. Can be called as well, as in the alpha of the backend system, to give it the
 * options that its `register` takes as a second parameter; without them only where they are required.
 */
export type CallableFeature<TOptions extends [options?: object]> = [] extends TOptions
  ? BackendFeature & ((...options: TOptions) => BackendFeature)
  : (...options: TOptions) => BackendFeature;

/**
 * Makes a feature that can be called for one with options.
 *
 * @param who - how the feature is named in the deprecation warning of such calls
 */
export function callableFeature<TOptions extends [options?: object]>(
  who: () => string,
  create: (...options: TOptions) => InternalRegistrationsFeature,
): CallableFeature<TOptions> {
  const call = (...options: TOptions): BackendFeature => {
    deprecate(
      `${who()} is called to create a feature, which is the way of the alpha of the backend system; add it without the call, and take options from configuration or an extension point`,
    );
    return create(...options);
  };
  const withoutOptions = create(...([] as unknown as TOptions));
  return Object.assign(call, withoutOptions) as unknown as CallableFeature<TOptions>;
}

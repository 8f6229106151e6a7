import { InputError } from '@backstage/errors';
import { describeValue } from './describe-value';

const EXAMPLE = 'makeLegacyPlugin({ catalogApi: catalogServiceRef }, {})';

/**
 * Checks what `makeLegacyPlugin` was given.
 *
 * @throws InputError that names the key, and says how to write it right
 */
export function checkMapping(envMapping: unknown, envTransforms: unknown): void {
  if (!isObject(envMapping)) {
    throw new InputError(
      `makeLegacyPlugin takes services by the keys of the environment, as in ${EXAMPLE}, not ` +
        describeValue(envMapping),
    );
  }
  for (const [key, ref] of Object.entries(envMapping)) {
    if ((ref as { $$type?: unknown } | undefined)?.$$type !== '@backstage/ServiceRef') {
      throw new InputError(
        `makeLegacyPlugin takes a service ref for the key '${key}', not ${describeValue(ref)}. Pass ` +
          `a value that is no service as { keys: { ${key}: ... } } in the options of each plugin`,
      );
    }
  }
  if (!isObject(envTransforms)) {
    throw new InputError(
      `makeLegacyPlugin takes functions by the keys of the environment as second argument, or {}, ` +
        `not ${describeValue(envTransforms)}`,
    );
  }
  for (const [key, transform] of Object.entries(envTransforms)) {
    if (typeof transform !== 'function') {
      throw new InputError(
        `The transform of makeLegacyPlugin for the key '${key}' must be a function of its service, ` +
          `not ${describeValue(transform)}`,
      );
    }
    if (!Object.hasOwn(envMapping, key)) {
      const keys = Object.keys(envMapping).map(each => `'${each}'`);
      throw new InputError(
        `The transform of makeLegacyPlugin for the key '${key}' has no service: the mapping has ` +
          `${keys.join(', ') || 'no keys'}. Add the service that '${key}' is made from`,
      );
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

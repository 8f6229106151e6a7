import type { EnvironmentServices } from './environment-services';
import { MissedKeys } from './missed-keys';
import { presentOnly } from './optional-service';
import { environmentKeys } from './plugin-environment-keys';

/** An environment, and what was asked of it in vain. */
export interface CreatedEnvironment {
  env: any;
  readonly missedKeys: MissedKeys;
}

/** What {@link createEnvironment} takes. */
export interface CreateEnvironmentOptions {
  services: EnvironmentServices;
  /** Takes precedence over the keys that are made from services. */
  keys: { [key in string]: unknown };
}

/**
 * Makes the environment of one plugin. Each key is made from its services when it is first read. Keys
 * that nobody supplies are not there: plugins ask for optional ones by `in`, `??` or a default.
 */
export function createEnvironment({
  services,
  keys,
}: CreateEnvironmentOptions): CreatedEnvironment {
  const missedKeys = new MissedKeys();
  const env = Object.create(observeMisses(missedKeys));
  for (const [key, { from, make }] of Object.entries(environmentKeys)) {
    const missing = from.filter(name => presentOnly(services[name]) === undefined);
    if (missing.length > 0) {
      missedKeys.explain(key, missing);
    } else {
      defineLazily(env, key, () => make(services));
    }
  }
  return { env: Object.assign(env, keys), missedKeys };
}

function defineLazily(target: object, key: string, make: () => unknown) {
  let made: { value: unknown } | undefined;
  Object.defineProperty(target, key, {
    get: () => (made ??= { value: make() }).value,
    set: value => (made = { value }),
    enumerable: true,
    configurable: true,
  });
}

/** A prototype: it sees only what the object itself does not have. */
function observeMisses(missedKeys: MissedKeys): object {
  return new Proxy(
    {},
    {
      get(target, key, receiver) {
        // Promises and JSON ask every object for `then` and `toJSON`.
        if (typeof key === 'string' && !(key in target) && key !== 'then' && key !== 'toJSON') {
          missedKeys.add(key);
        }
        return Reflect.get(target, key, receiver);
      },
    },
  );
}

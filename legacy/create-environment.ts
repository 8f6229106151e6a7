import type { EnvironmentServices } from './environment-services';
import { LegacyPluginError } from './errors';
import { presentOnly } from './optional-service';
import { environmentKeys } from './plugin-environment-keys';

/** An environment, and what was asked of it in vain. */
export interface CreatedEnvironment {
  env: any;
  /** Keys that were read and that nobody supplies. They are often options, so none of them throws. */
  readonly missedKeys: ReadonlySet<string>;
}

/** What {@link createEnvironment} takes. */
export interface CreateEnvironmentOptions {
  pluginId: string;
  services: EnvironmentServices;
  /** Takes precedence over the keys that are made from services. */
  keys: { [key in string]: unknown };
  onMissedKey(key: string): void;
}

/** Makes the environment of one plugin. Each key is made from its services when it is first read. */
export function createEnvironment(options: CreateEnvironmentOptions): CreatedEnvironment {
  const { pluginId, services, keys, onMissedKey } = options;
  const missedKeys = new Set<string>();
  const env = Object.create(
    missedKeysProxy(key => {
      if (!missedKeys.has(key)) {
        missedKeys.add(key);
        onMissedKey(key);
      }
    }),
  );
  for (const [key, { from, make }] of Object.entries(environmentKeys)) {
    const missing = from.filter(name => presentOnly(services[name]) === undefined);
    if (missing.length > 0) {
      defineMissing(env, key, () => missingKey(pluginId, key, missing));
    } else {
      defineLazily(env, key, () => make(services));
    }
  }
  return { env: Object.assign(env, keys), missedKeys };
}

/** How to supply a key of the environment. */
export function keyAdvice(key: string): string {
  return (
    `Supply it with makeLegacyPlugin({ ${key}: serviceRef }, {}) from backstage-forklift/legacy, ` +
    `or pass { keys: { ${key}: ... } } as the last argument of legacyPlugin`
  );
}

function missingKey(id: string, key: string, services: string[]): LegacyPluginError {
  const names = services.map(name => `'${name}'`).join(', ');
  return new LegacyPluginError(
    'KEY_NOT_SUPPLIED',
    { id },
    `it asks its environment for '${key}', but this backend has no ${names} service to make it ` +
      `from. ${keyAdvice(key)}`,
  );
}

function defineLazily(target: object, key: string, make: () => unknown) {
  Object.defineProperty(target, key, {
    get: () => define(target, key, make()),
    set: value => define(target, key, value),
    enumerable: true,
    configurable: true,
  });
}

/** A prototype: it sees only what the object itself does not have. */
function missedKeysProxy(onMiss: (key: string) => void): object {
  return new Proxy(
    {},
    {
      get(target, key, receiver) {
        // Promises and inspection ask every object for `then` and `toJSON`.
        if (typeof key === 'string' && !(key in target) && key !== 'then' && key !== 'toJSON') {
          onMiss(key);
        }
        return Reflect.get(target, key, receiver);
      },
    },
  );
}

/** Not enumerable, so that `{ ...env }` does not ask for it. */
function defineMissing(target: object, key: string, makeError: () => Error) {
  Object.defineProperty(target, key, {
    get() {
      throw makeError();
    },
    set: value => define(target, key, value),
    configurable: true,
  });
}

function define(target: object, key: string, value: unknown) {
  Object.defineProperty(target, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return value;
}

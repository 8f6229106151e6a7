import { isRouter, type LegacyRouter } from './find-router';

/** An old plugin: a function of the environment, or a router that needs none. */
export type FoundPlugin =
  { createRouter(env: unknown, ...args: unknown[]): unknown } | { router: LegacyRouter };

const NAMES = ['createRouter', 'createPlugin'];

/**
 * Finds the function that makes the router in what `import(...)` resolves to: the default export, also
 * of a CommonJS module within a module, or a named `createRouter` or `createPlugin`.
 *
 * @throws Error that lists the exports when there is none
 */
export async function findCreateRouter(module: unknown): Promise<FoundPlugin> {
  const levels = await unwrapDefaults(module);
  if (levels.some(isFeature)) {
    throw new Error(
      'the module exports a plugin of the new system. Add it with backend.add(import(...))',
    );
  }
  for (const level of levels) {
    if (isRouter(level)) {
      return { router: level };
    }
    if (typeof level === 'function') {
      return { createRouter: level as () => unknown };
    }
  }
  for (const level of levels) {
    for (const name of NAMES) {
      const named = (level as { [name in string]: unknown })[name];
      if (typeof named === 'function') {
        return { createRouter: named as () => unknown };
      }
    }
    const router = await (level as { router?: unknown }).router;
    if (isRouter(router)) {
      return { router };
    }
  }
  throw new Error(
    `the module has no default export, createRouter or createPlugin function that takes the ` +
      `environment; it exports ${describeExports(levels)}`,
  );
}

/** The module, its default export, the default export of that, and so on; each may be a promise. */
async function unwrapDefaults(module: unknown): Promise<object[]> {
  const levels: object[] = [];
  let level = await module;
  while (isObject(level) && !levels.includes(level)) {
    levels.push(level);
    level = await (level as { default?: unknown }).default;
  }
  return levels;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function isFeature(value: object): boolean {
  return (value as { $$type?: string }).$$type === '@backstage/BackendFeature';
}

function describeExports(levels: object[]): string {
  const names = levels.flatMap(level => Object.keys(level));
  return names.length > 0 ? [...new Set(names)].map(name => `'${name}'`).join(', ') : 'nothing';
}

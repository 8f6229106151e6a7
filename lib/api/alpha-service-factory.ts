import { types } from 'node:util';
import { deprecate } from './deprecation';
import type { ServiceRef } from './service-ref';

type Instances = { [name in string]: unknown };
type Factory = (deps: Instances, context: unknown) => unknown;

/** The parts of a service factory that tell whether it is of the alpha form. */
export interface FactoryForm {
  service: ServiceRef<unknown>;
  deps: { [name in string]: ServiceRef<unknown> };
  factory: Factory;
}

/** Whether what a factory gave leaves open that it is of the alpha form: most give a service at once. */
export function mayBeAlpha(result: unknown): boolean {
  return (
    typeof result === 'function' ||
    typeof (result as { then?: unknown } | null | undefined)?.then === 'function'
  );
}

/**
 * Makes factories of the alpha of the backend system work, which were two functions:
 * `async factory({ config }) { return async ({ plugin }) => instance; }`. Told from a service that is
 * itself a function by the inner one being async and taking some of the dependencies apart.
 *
 * @param first - what it gave when it was called for the first time
 * @returns undefined when it is not of the alpha form
 */
export function adaptAlphaFactory(form: FactoryForm, first: unknown): Factory | undefined {
  const { service, deps } = form;
  const alpha = alphaForm(String(form.factory), deps);
  if (!alpha) {
    return undefined;
  }
  let called: unknown = first;
  let isFirst = true;
  let isTold = false;
  return async (instances, context) => {
    const isOwn = isFirst || !alpha.isShared;
    if (isOwn && !isFirst) {
      called = form.factory(instances, context);
    }
    isFirst = false;
    const result = await called;
    if (!isPerPlugin(result, deps)) {
      // A service of another plugin, if it was not made here, and not of the alpha form after all.
      return isOwn ? result : form.factory(instances, context);
    }
    if (!isTold) {
      isTold = true;
      deprecate(
        `The factory of service '${service.id}' returns a function for each plugin, which is the way of the alpha of the backend system; use createRootContext for what is made once, and return the service`,
      );
    }
    return result(instances);
  };
}

/** What a factory looks like: it has an async function inside that takes something apart. */
function alphaForm(source: string, deps: FactoryForm['deps']): { isShared: boolean } | undefined {
  const inside = source.slice('async'.length);
  return /\basync\s*(?:function\s*\w*\s*)?\(\s*\{/.test(inside)
    ? { isShared: destructuredNames(source).every(name => deps[name]?.scope === 'root') }
    : undefined;
}

function isPerPlugin(
  value: unknown,
  deps: FactoryForm['deps'],
): value is (deps: Instances) => Promise<unknown> {
  if (!types.isAsyncFunction(value)) {
    return false;
  }
  const names = destructuredNames(String(value));
  return names.length > 0 && names.every(name => name in deps);
}

/** The names in `({ a, b: c, d = 1 }) =>`: a, b and d. */
function destructuredNames(source: string): string[] {
  const pattern = /^[^(]*\(\s*\{([^}]*)\}/.exec(source)?.[1] ?? '';
  return pattern
    .split(',')
    .map(part => part.split(/[:=]/)[0].trim())
    .filter(Boolean);
}

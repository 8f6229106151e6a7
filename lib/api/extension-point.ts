import { checkOptions } from './check-options';

/** A typed reference to something a plugin lets its modules extend. */
export type ExtensionPoint<T> = {
  id: string;
  /** Type only: null at run time. */
  T: T;
  toString(): string;
  $$type: '@backstage/ExtensionPoint';
};

/** Options of {@link createExtensionPoint}. */
export interface CreateExtensionPointOptions {
  /** By convention `<pluginId>.<name>`. */
  id: string;
}

/** Handed to the factory of an extension point, once for each module that uses it. */
export interface ExtensionPointFactoryContext {
  /** Marks the module that is using the extension point as failed. */
  reportModuleStartupFailure(options: { error: Error }): void;
}

/**
 * Creates a reference to an extension point.
 *
 * @throws InputError when an option is missing or of another type
 *
 * @example
 * ```ts
 * export const actionsExtensionPoint = createExtensionPoint<ActionsExtensionPoint>({
 *   id: 'scaffolder.actions',
 * });
 * ```
 */
export function createExtensionPoint<T>(options: CreateExtensionPointOptions): ExtensionPoint<T> {
  checkOptions('createExtensionPoint', options, { id: 'a string' });
  const { id } = options;
  return {
    $$type: '@backstage/ExtensionPoint',
    id,
    T: null as T,
    toString: () => `extensionPoint{${id}}`,
  };
}

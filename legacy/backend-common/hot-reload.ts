/**
 * Gives the value of the factory: backends are no longer reloaded module by module.
 *
 * @deprecated Call the factory itself.
 */
export function useHotMemoize<TValue>(_module: NodeModule, valueFactory: () => TValue): TValue {
  return valueFactory();
}

/**
 * Does nothing: backends are no longer reloaded module by module.
 *
 * @deprecated Use a shutdown hook of `coreServices.lifecycle`.
 */
export function useHotCleanup(_module: NodeModule, _cancelEffect: () => void): void {}

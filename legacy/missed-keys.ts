/**
 * The keys that a plugin has asked its environment for and that nobody supplies. They may be optional,
 * so that asking is no error; when the plugin fails, they are the likeliest cause.
 */
export class MissedKeys {
  readonly #keys = new Set<string>();
  readonly #missingServices = new Map<string, string[]>();
  /** Learns of each key when it is first missed. */
  onMiss: (key: string) => void = () => {};

  /** Notes that a key would be there if there were these services. */
  explain(key: string, missingServices: string[]): void {
    this.#missingServices.set(key, missingServices);
  }

  add(key: string): void {
    if (!this.#keys.has(key)) {
      this.#keys.add(key);
      this.onMiss(key);
    }
  }

  /** For example `'catalogClient', which nobody supplies. Supply it with ...`; nothing without keys. */
  describe(keys: Iterable<string> = this.#keys): string {
    const all = [...keys];
    if (all.length === 0) {
      return '';
    }
    const names = all.map(key => `'${key}'${this.#reason(key)}`).join(', ');
    const key = all.at(-1)!;
    return (
      `${names}, which nobody supplies. Supply it with makeLegacyPlugin({ ${key}: serviceRef }, {}) ` +
      `from backstage-forklift/legacy, or pass { keys: { ${key}: ... } } as the last argument of ` +
      `legacyPlugin, as makeCreateEnv in packages/backend/src/index.ts and PluginEnvironment in ` +
      `packages/backend/src/types.ts did in the old backend`
    );
  }

  #reason(key: string): string {
    const services = this.#missingServices.get(key)?.map(name => `'${name}'`);
    return services ? ` (this backend has no ${services.join(', ')} service to make it from)` : '';
  }
}

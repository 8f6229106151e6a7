import { createServiceFactory, createServiceRef, type ServiceRef } from '../lib/api';

/** Where the legacy plugins of a backend are mounted: below another plugin, nobody else looks after that. */
export class MountPaths {
  readonly #owners = new Map<string, string>();

  /** @throws Error when another plugin, or another router of this one, is there */
  claim(path: string, pluginId: string): void {
    const key = path.toLowerCase();
    const other = this.#owners.get(key);
    if (other !== undefined) {
      throw new Error(`Path ${path} is that of legacy plugin '${other}'`);
    }
    this.#owners.set(key, pluginId);
  }
}

/** One per backend. */
export const mountPathsServiceRef: ServiceRef<MountPaths, 'root', 'singleton'> = createServiceRef({
  id: 'forklift.legacy.mountPaths',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({ service, deps: {}, factory: () => new MountPaths() }),
});

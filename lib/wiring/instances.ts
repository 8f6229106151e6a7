import type { PluginMetadataService } from '../api';
import type { CheckedFactory } from './checked-factory';
import type { ServiceCreation } from './service-creation';

/** Up to so many, looking at each is faster than a map, and there are many plugins. */
const FEW = 16;

/** The services of the root, or of one plugin. */
export class Instances {
  readonly creations: ServiceCreation[] = [];
  readonly metadata: PluginMetadataService;
  #byFactory?: Map<CheckedFactory, ServiceCreation>;

  constructor(pluginId: string) {
    this.metadata = { getId: () => pluginId };
  }

  /** What a factory has made or is making. */
  creationBy(factory: CheckedFactory): ServiceCreation | undefined {
    if (this.#byFactory) {
      return this.#byFactory.get(factory);
    }
    for (const creation of this.creations) {
      if (creation.factory === factory) {
        return creation;
      }
    }
    return undefined;
  }

  add(creation: ServiceCreation): void {
    this.creations.push(creation);
    if (this.#byFactory) {
      this.#byFactory.set(creation.factory, creation);
    } else if (this.creations.length > FEW) {
      this.#byFactory = new Map(this.creations.map(each => [each.factory, each]));
    }
  }
}

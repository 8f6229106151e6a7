import {
  coreServices,
  createServiceFactory,
  createServiceRef,
  type BackendFeature,
  type ServiceRef,
} from '../lib/api';
import { collectRegistration, type BackendRegistration } from '../lib/api/registrations';
import { Deferred } from './deferred';
import { dataServices, type DataServices } from './environment-services';
import { registrationsFeature } from './registrations-feature';

/** Hands the data services of env ids to the plugins that go by another id. */
export class DataOwners {
  readonly #owners = new Map<string, Deferred<DataServices>>();

  /** @returns true for the first that asks, who has to add {@link createDataOwner} */
  claim(envId: string): boolean {
    const isFirst = !this.#owners.has(envId);
    if (isFirst) {
      this.#owners.set(envId, new Deferred());
    }
    return isFirst;
  }

  provide(envId: string, services: DataServices): void {
    this.#owners.get(envId)?.resolve(services);
  }

  async get(envId: string): Promise<DataServices | undefined> {
    return this.#owners.get(envId)?.promise;
  }
}

/** One per backend. */
export const dataOwnersServiceRef: ServiceRef<DataOwners, 'root', 'singleton'> = createServiceRef({
  id: 'forklift.legacy.dataOwners',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({ service, deps: {}, factory: () => new DataOwners() }),
});

/**
 * What a plugin stores, and under which label it logs, goes by the id of the plugin that its services
 * were made for. So a module of the plugin that has the env id hands on the services of that. Where no
 * plugin has the id, the module becomes one itself: what is installed is known when services of the root
 * are made, which is before anybody asks what a registration is.
 */
export function* createDataOwner(envId: string): Generator<BackendFeature> {
  const owner = { pluginId: envId, moduleId: 'legacy-data' };
  const registration: BackendRegistration = {
    ...collectRegistration(owner, reg =>
      reg.registerInit({
        deps: { owners: dataOwnersServiceRef, ...dataServices },
        async init({ owners, ...services }) {
          owners.provide(envId, services as unknown as DataServices);
        },
      }),
    ),
    optional: true,
  };
  yield registrationsFeature(registration);
  yield createServiceFactory({
    service: createServiceRef<object>({ id: `forklift.legacy.dataOwner.${envId}`, scope: 'root' }),
    deps: { metadata: coreServices.rootInstanceMetadata },
    async factory({ metadata }) {
      const plugins = await metadata.getInstalledPlugins();
      if (!plugins.some(({ pluginId }) => pluginId === envId)) {
        registration.type = 'plugin-v1.1';
        delete registration.moduleId;
      }
      return {};
    },
  });
}

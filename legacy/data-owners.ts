import {
  createServiceFactory,
  createServiceRef,
  type BackendFeature,
  type ServiceRef,
} from '../lib/api';
import { collectRegistration } from '../lib/api/registrations';
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
 * A plugin whose id is the env id and that does nothing but hand on its services: what a plugin stores,
 * and under which label it logs, goes by the id of the plugin that the services were made for.
 */
export function createDataOwner(envId: string): BackendFeature {
  return registrationsFeature(
    collectRegistration({ pluginId: envId }, reg =>
      reg.registerInit({
        deps: { owners: dataOwnersServiceRef, ...dataServices },
        async init({ owners, ...services }) {
          owners.provide(envId, services as unknown as DataServices);
        },
      }),
    ),
  );
}

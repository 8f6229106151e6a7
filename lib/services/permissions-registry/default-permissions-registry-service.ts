import type { Permission } from '@backstage/plugin-permission-common';
import type {
  createPermissionIntegrationRouter,
  PermissionResourceRef,
  PermissionRule,
} from '@backstage/plugin-permission-node';
import type {
  PermissionsRegistryService,
  PermissionsRegistryServiceAddResourceTypeOptions,
} from '../../api';

type IntegrationRouter = ReturnType<typeof createPermissionIntegrationRouter>;

/** Hands what a plugin declares to the router that publishes it, until the plugin has started. */
export class DefaultPermissionsRegistryService implements PermissionsRegistryService {
  readonly #pluginId: string;
  readonly #router: IntegrationRouter;
  #closed = false;

  constructor(pluginId: string, router: IntegrationRouter) {
    this.#pluginId = pluginId;
    this.#router = router;
  }

  /** From now on nothing can be added. */
  close(): void {
    this.#closed = true;
  }

  addResourceType<const TResourceType extends string, TResource, TQuery>(
    options: PermissionsRegistryServiceAddResourceTypeOptions<TResourceType, TResource, TQuery>,
  ): void {
    this.#assertOpen('permission resource types');
    this.#assertOwn(options.resourceRef);
    const { resourceType } = options.resourceRef;
    this.#router.addResourceType({ ...options, resourceType });
  }

  addPermissions(permissions: Permission[]): void {
    this.#assertOpen('permissions');
    this.#router.addPermissions(permissions);
  }

  addPermissionRules(rules: PermissionRule<any, any, string>[]): void {
    this.#assertOpen('permission rules');
    this.#router.addPermissionRules(rules);
  }

  getPermissionRuleset<TResourceType extends string, TResource, TQuery>(
    resourceRef: PermissionResourceRef<TResource, TQuery, TResourceType>,
  ) {
    this.#assertOwn(resourceRef);
    return this.#router.getPermissionRuleset(resourceRef);
  }

  #assertOpen(what: string): void {
    if (this.#closed) throw new Error(`Cannot add ${what} after the plugin has started`);
  }

  #assertOwn(resourceRef: { resourceType: string; pluginId: string }): void {
    const { resourceType, pluginId } = resourceRef;
    if (pluginId !== this.#pluginId) {
      throw new Error(
        `Resource type '${resourceType}' belongs to plugin '${pluginId}', but was used with plugin '${this.#pluginId}'`,
      );
    }
  }
}

import type { Permission } from '@backstage/plugin-permission-common';
import type {
  PermissionResourceRef,
  PermissionRule,
  PermissionRuleset,
} from '@backstage/plugin-permission-node';

type NoInfer<T> = T extends infer S ? S : never;

/** Options of {@link PermissionsRegistryService.addResourceType}. */
export type PermissionsRegistryServiceAddResourceTypeOptions<
  TResourceType extends string,
  TResource,
  TQuery,
> = {
  resourceRef: PermissionResourceRef<TResource, TQuery, TResourceType>;
  permissions?: Array<Permission>;
  rules: PermissionRule<NoInfer<TResource>, NoInfer<TQuery>, NoInfer<TResourceType>>[];
  getResources?(resourceRefs: string[]): Promise<Array<NoInfer<TResource> | undefined>>;
};

/** Where a plugin declares its permissions, rules and resource types. */
export interface PermissionsRegistryService {
  addPermissions(permissions: Permission[]): void;
  addPermissionRules(rules: PermissionRule<any, any, string>[]): void;
  addResourceType<const TResourceType extends string, TResource, TQuery>(
    options: PermissionsRegistryServiceAddResourceTypeOptions<TResourceType, TResource, TQuery>,
  ): void;
  getPermissionRuleset<TResourceType extends string, TResource, TQuery>(
    resourceRef: PermissionResourceRef<TResource, TQuery, TResourceType>,
  ): PermissionRuleset<TResource, TQuery, TResourceType>;
}

import type { BackendInventory } from '../../migration-guides';

/** How far the migration of each plugin has come, by the path at which it is mounted. */
export function migrationStates({ plugins }: BackendInventory): Record<string, string> {
  return Object.fromEntries(plugins.map(({ id, path, state }) => [path ?? `/api/${id}`, state]));
}

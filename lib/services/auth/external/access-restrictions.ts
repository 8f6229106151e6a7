import type { Config } from '@backstage/config';
import type { BackstagePrincipalAccessRestrictions } from '../../../api';
import type { AccessRestrictionsByPlugin } from '../credentials';
import { readStringList } from './read-string-list';

const ACTIONS = ['create', 'read', 'update', 'delete'] as const;
type Action = (typeof ACTIONS)[number];

/**
 * Reads `accessRestrictions` of an entry.
 *
 * @param path - of the entry, for messages
 * @returns undefined when there are none: the token is good for every plugin
 * @throws Error when an entry is not valid; a misspelt restriction must never turn into free access
 */
export function readAccessRestrictions(
  entry: Config,
  path: string,
): AccessRestrictionsByPlugin | undefined {
  const configs = entry.getOptionalConfigArray('accessRestrictions') ?? [];
  const byPlugin = new Map<string, BackstagePrincipalAccessRestrictions>();
  for (const [index, config] of configs.entries()) {
    const at = `${path}.accessRestrictions[${index}]`;
    expectKeys(config, at, ['plugin', 'permission', 'permissionAttribute']);
    const pluginId = config.getString('plugin');
    if (byPlugin.has(pluginId)) {
      throw new Error(
        `Invalid config at '${at}': there are restrictions for plugin '${pluginId}' already; put all of them in one entry`,
      );
    }
    const permissionNames = readStringList(config, 'permission');
    const permissionAttributes = readAttributes(config, at);
    byPlugin.set(pluginId, {
      ...(permissionNames && { permissionNames }),
      ...(permissionAttributes && { permissionAttributes }),
    });
  }
  return byPlugin.size ? byPlugin : undefined;
}

function readAttributes(config: Config, path: string): { action: Action[] } | undefined {
  const attributes = config.getOptionalConfig('permissionAttribute');
  if (!attributes) return undefined;
  const at = `${path}.permissionAttribute`;
  expectKeys(attributes, at, ['action']);
  const action = readStringList(attributes, 'action');
  const invalid = action?.find(value => !ACTIONS.includes(value as Action));
  if (invalid !== undefined) {
    throw new Error(
      `Invalid config at '${at}.action': expected any of ${quoted(ACTIONS)}, got '${invalid}'`,
    );
  }
  return action && { action: action as Action[] };
}

function expectKeys(config: Config, path: string, expected: string[]): void {
  const unknown = config.keys().find(key => !expected.includes(key));
  if (unknown !== undefined) {
    throw new Error(
      `Invalid config at '${path}': unknown key '${unknown}', expected ${quoted(expected)}`,
    );
  }
}

function quoted(values: readonly string[]): string {
  return values.map(value => `'${value}'`).join(', ');
}

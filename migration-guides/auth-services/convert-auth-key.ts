import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { referencesTo } from '../engine/bindings';
import type { KeyBindings } from '../engine/key-bindings';
import { Obstacle } from '../engine/obstacle';
import type { ParsedModule } from '../engine/parse-module';
import type { KeyUse } from '../engine/plugin-file/environment-use';
import { IDENTITY_SERVICES, SAME_SERVICES, type ServiceMapping } from '../engine/service-mapping';
import { convertIdentity } from './convert-identity';
import { convertPermissions } from './convert-permissions';
import { convertTokenManager } from './convert-token-manager';

/** A file that is being rewritten. */
export interface AuthConversion {
  readonly module: ParsedModule;
  readonly editor: MagicString;
  readonly bindings: KeyBindings;
}

/** Contracts of the old system that the auth services have taken the place of. */
export type AuthKey = 'identity' | 'permissions' | 'tokenManager';

const SERVICES: Readonly<Record<AuthKey, readonly ServiceMapping[]>> = {
  identity: IDENTITY_SERVICES,
  permissions: [SAME_SERVICES.permissions, SAME_SERVICES.httpAuth],
  tokenManager: [SAME_SERVICES.auth],
};

/**
 * Rewrites every use of a key to the auth services, and returns those that it needs.
 *
 * @param nodes - the variables that the key became, or `env.key` itself
 * @throws Obstacle when a use has no counterpart that is certain
 */
export function convertAuthKey(
  { module, editor, bindings }: AuthConversion,
  key: AuthKey,
  nodes: readonly KeyUse['node'][],
): readonly ServiceMapping[] {
  const services = SERVICES[key];
  bindings.assertFree(
    nodes,
    services.map(each => each.name).filter(each => each !== key),
  );
  for (const [prefix, uses] of usesByPrefix(module, nodes)) {
    if (key === 'permissions') convertPermissions(module, editor, uses, prefix);
    else {
      const convert = key === 'identity' ? convertIdentity : convertTokenManager;
      for (const use of uses) convert(module, editor, use, prefix);
    }
  }
  bindings.replace(nodes, key, services);
  return services;
}

/** The uses of a key, by how services are reached there: `env.`, or nothing for variables. */
function usesByPrefix(
  module: ParsedModule,
  nodes: readonly KeyUse['node'][],
): Map<string, ts.Expression[]> {
  const found = new Map<string, ts.Expression[]>();
  for (const node of nodes) {
    const prefix = ts.isIdentifier(node) ? '' : `${node.expression.getText()}.`;
    const uses = ts.isIdentifier(node) ? referencesTo(module, node) : [node];
    if (uses.length === 0 && ts.isIdentifier(node) && !ts.isBindingElement(node.parent)) {
      throw new Obstacle(`has a ${node.text} that can not be followed`, 'identity');
    }
    found.set(prefix, [...(found.get(prefix) ?? []), ...uses]);
  }
  return found;
}

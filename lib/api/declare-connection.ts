import type {
  BackendModuleRegistrationPoints,
  BackendPluginRegistrationPoints,
  ConnectionRegistration,
} from './registration-points';

/**
 * Declares that a plugin or module looks up connections of a type, before `registerInit`. The
 * connections service finds only what is declared.
 *
 * @example
 * ```ts
 * register(reg) {
 *   declareConnection(reg, { type: 'github', description: 'reads repositories' });
 *   reg.registerInit({ deps: { connections: connectionsServiceRef }, async init({ connections }) { … } });
 * }
 * ```
 *
 * @throws Error when the backend is older than connections, or the type is declared already
 */
export function declareConnection(
  reg: BackendPluginRegistrationPoints | BackendModuleRegistrationPoints,
  connection: ConnectionRegistration,
): void {
  const { registerConnection } = reg as {
    registerConnection?(connection: ConnectionRegistration): void;
  };
  if (!registerConnection) {
    throw new Error(
      `Connection '${connection.type}' cannot be declared, because the package that makes this feature knows no connections: update @backstage/backend-plugin-api`,
    );
  }
  registerConnection.call(reg, connection);
}

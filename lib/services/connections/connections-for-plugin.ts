import type { ConfiguredConnection } from '@backstage/connections/config';

/** A connection that a plugin may use, and the ways to sign in that it may choose from. */
export type UsableConnection = Omit<ConfiguredConnection, 'auth' | 'match'> & {
  auth: Array<{ method: string }>;
};

/**
 * The connections that `match.plugins` leaves to a plugin. Ways to sign in that name the plugin come
 * before those for every plugin.
 */
export function connectionsForPlugin(
  connections: readonly ConfiguredConnection[],
  pluginId: string,
): UsableConnection[] {
  return connections
    .filter(({ match }) => !match || match.plugins.includes(pluginId))
    .map(({ match: _, auth, ...rest }) => {
      const named = auth.filter(method => method.match?.plugins.includes(pluginId));
      const open = auth.filter(method => !method.match);
      return { ...rest, auth: [...named, ...open].map(({ match: _match, ...method }) => method) };
    });
}

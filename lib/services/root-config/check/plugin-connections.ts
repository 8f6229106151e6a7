import type { JsonObject, JsonValue } from '@backstage/types';

/**
 * The connections of plugins that differ from that of all others, with what they take over from it, by
 * their path.
 *
 * @param data - the whole configuration
 */
export function pluginConnections(data: JsonValue): Array<[path: string, connection: JsonObject]> {
  const database = objectAt(objectAt(data, 'backend'), 'database');
  return Object.entries(objectAt(database, 'plugin') ?? {}).flatMap(([id, settings]) => {
    const own = objectAt(settings, 'connection');
    const client = (settings as JsonObject | null)?.client ?? database!.client;
    const inherited = client === database!.client ? partsOf(database!.connection) : {};
    return own ? [[`backend.database.plugin.${id}.connection`, { ...inherited, ...own }]] : [];
  });
}

/** What a connection holds that those of plugins may need, also when it is a connection string. */
function partsOf(connection: JsonValue | undefined): JsonObject {
  if (isObject(connection)) {
    return connection;
  }
  if (typeof connection !== 'string' || !URL.canParse(connection)) {
    return {};
  }
  const { hostname: host, port, username: user, searchParams } = new URL(connection);
  const parts = { host, port, user, ...Object.fromEntries(searchParams) };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== ''));
}

function objectAt(value: JsonValue | undefined, key: string): JsonObject | undefined {
  const child = isObject(value) ? value[key] : undefined;
  return isObject(child) ? child : undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

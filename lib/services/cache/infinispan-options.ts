import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { JsonObject, JsonValue } from '@backstage/types';

const PATH = 'backend.cache.infinispan';
const DEFAULT_PORT = 11222;

/** What `backend.cache.infinispan` says, in the terms of the `infinispan` package. */
export interface InfinispanOptions {
  servers?: InfinispanServer | InfinispanServer[];
  client: JsonObject;
}

type InfinispanServer = { host: string; port: number };

/** Reads `backend.cache.infinispan`. @throws InputError when it is not valid */
export function readInfinispanOptions(config: Config): InfinispanOptions {
  const section = config.getConfig('infinispan');
  return {
    servers: readServers(section),
    client: compact({
      clusters: section.getOptionalConfigArray('clusters')?.map(cluster =>
        compact({
          name: cluster.getOptionalString('name'),
          servers: cluster.getConfigArray('servers').map(readServer),
        }),
      ),
      version: readChoice(section, 'version', ['2.9', '2.5', '2.2']),
      cacheName: section.getOptionalString('cacheName') ?? 'cache',
      mediaType: section.has('mediaType')
        ? readChoice(section, 'mediaType', ['text/plain', 'application/json'])
        : undefined,
      maxRetries: section.getOptionalNumber('maxRetries'),
      topologyUpdates: section.getOptionalBoolean('topologyUpdates') ?? true,
      authentication: section.getOptional<JsonObject>('authentication'),
      ssl: readSsl(section),
      dataFormat: compact({
        keyType: readChoice(section, 'dataFormat.keyType', ['text/plain', 'application/json']),
        valueType: readChoice(section, 'dataFormat.valueType', ['text/plain', 'application/json']),
      }),
    }),
  };
}

function readServers(section: Config): InfinispanOptions['servers'] {
  const servers = section.getOptional('servers');
  if (servers === undefined) return undefined;
  if (Array.isArray(servers)) return section.getConfigArray('servers').map(readServer);
  if (typeof servers !== 'object') {
    throw new InputError(
      `Infinispan 'servers' configuration at ${PATH} is invalid, must be an object or an array.`,
    );
  }
  const server = section.getConfig('servers');
  return { host: server.getOptionalString('host') ?? '127.0.0.1', port: readPort(server) };
}

function readServer(server: Config): InfinispanServer {
  return { host: server.getString('host'), port: readPort(server) };
}

function readPort(server: Config): number {
  return server.getOptionalNumber('port') ?? DEFAULT_PORT;
}

/** The first choice is the default. What is none of them is left to the client, as in stock Backstage. */
function readChoice(section: Config, key: string, choices: string[]): string | undefined {
  const value = section.getOptionalString(key) ?? choices[0];
  return choices.includes(value) ? value : undefined;
}

function readSsl(section: Config): JsonObject | undefined {
  const ssl = section.getOptionalConfig('ssl');
  if (!ssl) return undefined;
  const cryptoStore =
    ssl.getOptionalConfig('cryptoStore') ?? section.getOptionalConfig('cryptoStore');
  return compact({
    enabled: ssl.getOptionalBoolean('enabled'),
    secureProtocol: ssl.getOptionalString('secureProtocol'),
    trustCerts: ssl.getOptionalStringArray('trustCerts'),
    sniHostName: ssl.getOptionalString('sniHostname') ?? ssl.getOptionalString('sniHostName'),
    clientAuth:
      ssl.getOptional<JsonObject>('clientAuth') ?? section.getOptional<JsonObject>('clientAuth'),
    cryptoStore:
      cryptoStore &&
      compact({
        path: cryptoStore.getOptionalString('path'),
        passphrase: cryptoStore.getOptionalString('passphrase'),
      }),
  });
}

function compact(object: { [key in string]: JsonValue | undefined }): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined),
  ) as JsonObject;
}

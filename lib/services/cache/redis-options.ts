import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import { checkConnectionString } from './check-connection-string';

/** What `backend.cache` says about a redis server or cluster. */
export interface RedisOptions {
  /** The options of the client, of which `url` is one. */
  connection: JsonObject & { url?: string };
  /** Options of a cluster, when it is one. */
  cluster?: JsonObject;
  namespace?: string;
  keyPrefixSeparator: string;
  clearBatchSize?: number;
  useUnlink?: boolean;
  noNamespaceAffectsAll?: boolean;
}

/** Reads `backend.cache.connection` and `backend.cache.redis`. @throws InputError when they are not valid */
export function readRedisOptions(config: Config): RedisOptions {
  const connection = readConnection(config);
  const client = config.getOptionalConfig('redis.client');
  const cluster = config.getOptionalConfig('redis.cluster');
  const { url, ...nodeOptions } = connection;
  if (url) checkConnectionString('redis', url);
  return {
    connection,
    // Without root nodes there is nothing to connect to but the server itself.
    cluster: cluster?.has('rootNodes')
      ? {
          ...cluster.get<JsonObject>(),
          defaults: { ...cluster.getOptional<JsonObject>('defaults'), ...nodeOptions },
        }
      : undefined,
    namespace: client?.getOptionalString('namespace'),
    keyPrefixSeparator: client?.getOptionalString('keyPrefixSeparator') || ':',
    clearBatchSize: client?.getOptionalNumber('clearBatchSize'),
    useUnlink: client?.getOptionalBoolean('useUnlink'),
    noNamespaceAffectsAll: client?.getOptionalBoolean('noNamespaceAffectsAll'),
  };
}

function readConnection(config: Config): RedisOptions['connection'] {
  const value = config.getOptional('connection');
  if (typeof value !== 'object' || value === null) {
    return { url: config.getOptionalString('connection') || undefined };
  }
  const connection = value as JsonObject;
  if (typeof connection.url !== 'string' || !connection.url) {
    throw new InputError("backend.cache.connection object must include a non-empty 'url' string");
  }
  return connection as RedisOptions['connection'];
}

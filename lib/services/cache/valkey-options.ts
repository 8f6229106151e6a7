import type { Config } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { checkConnectionString } from './check-connection-string';

/** What `backend.cache` says about a valkey server or cluster. */
export interface ValkeyOptions {
  url: string;
  cluster?: { rootNodes: unknown; options: JsonObject };
  /** Goes before the plugin id in every key. */
  keyPrefix: string;
}

/** Reads `backend.cache.connection` and `backend.cache.valkey`. @throws InputError when they are not valid */
export function readValkeyOptions(config: Config): ValkeyOptions {
  const cluster = config.getOptionalConfig('valkey.cluster');
  const url = config.getOptionalString('connection') ?? '';
  checkConnectionString('valkey', url);
  return {
    url,
    keyPrefix: config.getOptionalString('valkey.client.keyPrefix') ?? '',
    cluster: cluster?.has('rootNodes')
      ? {
          rootNodes: cluster.get('rootNodes'),
          options: {
            redisOptions: cluster.getOptional('defaults'),
            scaleReads: cluster.getOptionalBoolean('useReplicas') ? 'slave' : undefined,
            maxRedirections: cluster.getOptionalNumber('maxCommandRedirections'),
            lazyConnect: cluster.getOptionalBoolean('minimizeConnections'),
          },
        }
      : undefined,
  };
}

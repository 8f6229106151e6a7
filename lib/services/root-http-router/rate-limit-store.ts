import type { Store } from 'express-rate-limit';
import type { LifecycleService, LoggerService, RootConfigService } from '../../api';

/** What a store of rate limits is told about and tells. */
export interface RateLimitStoreDeps {
  /** Told when the store cannot be reached. */
  logger?: LoggerService;
  /** Closes the connection to the store. */
  lifecycle?: LifecycleService;
  /** Keeps the counts of one plugin apart from all others. */
  prefix?: string;
}

/**
 * Where requests are counted, by `backend.rateLimit.store`: in redis or, for all other types, in this
 * process (undefined).
 */
export function createRateLimitStore(
  config: RootConfigService,
  deps: RateLimitStoreDeps,
): Store | undefined {
  const store = config.getOptionalConfig('backend.rateLimit.store');
  return store?.getString('type') === 'redis'
    ? createRedisStore(store.getString('connection'), deps)
    : undefined;
}

function createRedisStore(connection: string, deps: RateLimitStoreDeps): Store {
  const { default: KeyvRedis } = require('@keyv/redis') as typeof import('@keyv/redis');
  const { RedisStore } = require('rate-limit-redis') as typeof import('rate-limit-redis');
  const redis = new KeyvRedis(connection);
  redis.on('error', error => deps.logger?.error(`Failed to reach the rate limit store, ${error}`));
  deps.lifecycle?.addShutdownHook(() => redis.disconnect());
  return new RedisStore({
    prefix: deps.prefix,
    async sendCommand(...command) {
      const client = (await redis.getClient()) as { sendCommand(command: string[]): Promise<any> };
      return client.sendCommand(command);
    },
  });
}

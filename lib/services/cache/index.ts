export { CacheManager, type CacheManagerOptions } from './cache-manager';
export { cacheServiceFactory } from './cache-service-factory';

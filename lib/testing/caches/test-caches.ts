import Keyv from 'keyv';
import { loadOptionalPackage } from '../../services/load-optional-package';
import { afterAllTests } from '../test-hooks';

/** The caches that tests can run on. */
export type TestCacheId = 'MEMORY' | 'REDIS_7' | 'VALKEY_8' | 'MEMCACHED_1';

/** A cache for a test. */
export interface TestCache {
  /** For `backend.cache.store`. */
  store: string;
  /** For `backend.cache.connection`. */
  connection: string;
  keyv: Keyv;
}

interface TestCacheProperties {
  store: string;
  environmentVariable?: string;
}

const TEST_CACHES = new Map<TestCacheId, TestCacheProperties>([
  [
    'REDIS_7',
    { store: 'redis', environmentVariable: 'BACKSTAGE_TEST_CACHE_REDIS7_CONNECTION_STRING' },
  ],
  [
    'MEMCACHED_1',
    { store: 'memcache', environmentVariable: 'BACKSTAGE_TEST_CACHE_MEMCACHED1_CONNECTION_STRING' },
  ],
  ['MEMORY', { store: 'memory' }],
  [
    'VALKEY_8',
    { store: 'valkey', environmentVariable: 'BACKSTAGE_TEST_CACHE_VALKEY8_CONNECTION_STRING' },
  ],
]);

/**
 * Caches for tests: memory always, and the servers whose addresses stand in environment variables
 * such as `BACKSTAGE_TEST_CACHE_REDIS7_CONNECTION_STRING`.
 */
export class TestCaches {
  private static defaultIds?: TestCacheId[];

  private readonly keyvs: Keyv[] = [];

  /**
   * Every connection is closed when the tests are done.
   *
   * @param options - `ids`: the caches to use, as far as they can be reached; by default those of
   *   {@link TestCaches.setDefaults} or all. `disableDocker` is accepted and has no effect:
   *   containers are never started.
   * @throws Error listing the known ids when one is unknown
   */
  static create(options?: { ids?: TestCacheId[]; disableDocker?: boolean }): TestCaches {
    const ids = options?.ids ?? TestCaches.defaultIds ?? [...TEST_CACHES.keys()];
    ids.forEach(propertiesOf);
    const caches = new TestCaches(ids.filter(isReachable));
    afterAllTests(() => caches.shutdown());
    return caches;
  }

  /** Sets the caches of every later {@link TestCaches.create} without `ids`. */
  static setDefaults(options: { ids?: TestCacheId[] }): void {
    options.ids?.forEach(propertiesOf);
    TestCaches.defaultIds = options.ids;
  }

  private constructor(private readonly supportedIds: TestCacheId[]) {}

  supports(id: TestCacheId): boolean {
    return this.supportedIds.includes(id);
  }

  /** In the form that `it.each` of Jest and Vitest takes. */
  eachSupportedId(): [TestCacheId][] {
    return this.supportedIds.map(id => [id]);
  }

  /**
   * Connects to a cache and empties it.
   *
   * @throws Error when the id is unknown, or its server's address is not in the environment
   */
  async init(id: TestCacheId): Promise<TestCache> {
    const properties = propertiesOf(id);
    if (!this.supports(id)) {
      throw new Error(
        `Unsupported test cache ${id} for this environment, possible values are ` +
          `${this.supportedIds.join(', ')}. Set ${properties.environmentVariable} to use it.`,
      );
    }
    const { store, environmentVariable } = properties;
    const connection = environmentVariable ? process.env[environmentVariable]! : 'memory';
    const keyv = store === 'memory' ? new Keyv() : new Keyv(await openStore(store, connection));
    this.keyvs.push(keyv);
    await keyv.clear();
    return { store, connection, keyv };
  }

  /** Closes every connection now. */
  async shutdown(): Promise<void> {
    await Promise.all(this.keyvs.splice(0).map(keyv => keyv.disconnect()));
  }
}

async function openStore(store: string, connection: string): Promise<any> {
  const name = `@keyv/${store}`;
  const loaded = await loadOptionalPackage(name, `The test cache '${store}'`);
  const Store = loaded.default ?? loaded;
  return new Store(connection);
}

/** @throws Error when the id is unknown */
function propertiesOf(id: TestCacheId) {
  const properties = TEST_CACHES.get(id);
  if (!properties) {
    const known = [...TEST_CACHES.keys()].join(', ');
    throw new Error(`Unknown test cache ${String(id)}, possible values are ${known}`);
  }
  return properties;
}

function isReachable(id: TestCacheId): boolean {
  const { environmentVariable } = propertiesOf(id);
  return !environmentVariable || Boolean(process.env[environmentVariable]);
}

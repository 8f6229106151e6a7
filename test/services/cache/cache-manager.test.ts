import type { CacheService, RootLifecycleService } from 'backstage-forklift';
import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { expect } from 'chai';
import { useFakeTimers } from 'sinon';
import { CacheManager } from '../../../lib/services/cache';
import { recordingLogger } from '../recording-logger';

function managerFor(cache: JsonObject): CacheManager {
  return CacheManager.fromConfig(new ConfigReader({ backend: { cache } }));
}

describe('CacheManager', () => {
  describe('in memory', () => {
    it('needs no configuration', async () => {
      const cache = CacheManager.fromConfig(new ConfigReader({})).forPlugin('a');
      await cache.set('key', { list: [1, 'two', null] });
      expect(await cache.get('key')).to.deep.equal({ list: [1, 'two', null] });
      await cache.delete('key');
      expect(await cache.get('key')).to.equal(undefined);
    });

    it('keeps plugins apart and gives one plugin one cache', async () => {
      const manager = managerFor({ store: 'memory' });
      await manager.forPlugin('a').set('key', 1);
      expect(await manager.forPlugin('b').get('key')).to.equal(undefined);
      expect(await manager.forPlugin('a').get('key')).to.equal(1);
    });

    it('hands out copies', async () => {
      const cache = managerFor({}).forPlugin('a');
      const value = { n: 1 };
      await cache.set('key', value);
      value.n = 2;
      const first = (await cache.get<{ n: number }>('key'))!;
      first.n = 3;
      expect(await cache.get('key')).to.deep.equal({ n: 1 });
    });

    it('keeps its options where a wrapper for old code gives none', async () => {
      const cache = managerFor({}).forPlugin('a') as {
        withOptions(options?: object): CacheService;
      };
      await cache.withOptions().set('key', 1);
      expect(await cache.withOptions({}).get('key')).to.equal(1);
    });

    it('takes any key', async () => {
      const cache = managerFor({}).forPlugin('a');
      const keys = [
        '',
        '__proto__',
        '\u0000',
        '\ud83d\ude9c',
        'x'.repeat(10_000),
        `${'x'.repeat(10_000)}y`,
      ];
      for (const [index, key] of keys.entries()) await cache.set(key, index);
      for (const [index, key] of keys.entries()) expect(await cache.get(key)).to.equal(index);
    });

    it('forgets after the time to live of the call, of the options or of the configuration', async () => {
      const clock = useFakeTimers({ toFake: ['Date'] });
      try {
        const cache = managerFor({ defaultTtl: '1m' }).forPlugin('a');
        await cache.set('configured', 1);
        await cache.withOptions({ defaultTtl: { seconds: 10 } }).set('options', 1);
        await cache.set('call', 1, { ttl: { seconds: 5 } });
        await cache.set('milliseconds', 1, { ttl: 500 });
        const left = async () => {
          const present: string[] = [];
          for (const key of ['configured', 'options', 'call', 'milliseconds']) {
            if ((await cache.get(key)) !== undefined) present.push(key);
          }
          return present;
        };
        expect(await left()).to.have.length(4);
        clock.tick(501);
        expect(await left()).to.deep.equal(['configured', 'options', 'call']);
        clock.tick(5_000);
        expect(await left()).to.deep.equal(['configured', 'options']);
        clock.tick(5_000);
        expect(await left()).to.deep.equal(['configured']);
        clock.tick(50_000);
        expect(await left()).to.deep.equal([]);
      } finally {
        clock.restore();
      }
    });
  });

  const outages: Array<[string, JsonObject, string]> = [
    [
      'a server',
      { store: 'redis', connection: 'redis://user:sec,r%40et@127.0.0.1:1/2' },
      '127.0.0.1:1',
    ],
    [
      'a server given as an object',
      { store: 'redis', connection: { url: 'redis://user:secret@[::1]:1' } },
      '[::1]:1',
    ],
    [
      'a cluster',
      {
        store: 'redis',
        redis: {
          cluster: {
            rootNodes: [
              { url: 'redis://user:secret@127.0.0.1:1' },
              { socket: { host: '127.0.0.1', port: 2 } },
            ],
          },
        },
      },
      '127.0.0.1:1, 127.0.0.1:2',
    ],
  ];
  for (const [what, cache, address] of outages) {
    it(`names host and port of ${what} that cannot be reached, and no credentials`, async () => {
      const logger = recordingLogger();
      const hooks: Array<() => unknown> = [];
      const manager = CacheManager.fromConfig(new ConfigReader({ backend: { cache } }), {
        logger,
        rootLifecycle: {
          addShutdownHook: (hook: () => unknown) => hooks.push(hook),
        } as unknown as RootLifecycleService,
      });
      await manager.forPlugin('a').get('key');
      for (const hook of hooks) await hook();
      const lines = logger.lines.filter(line => line.startsWith('error'));
      expect(lines.join()).to.include(
        `Failed to create redis cache client for ${address}, going on without a cache`,
      );
      expect(lines.join()).not.to.match(/user|sec/);
    });
  }

  const mistakes: Array<[string, JsonObject, RegExp]> = [
    [
      'an unknown store',
      { store: 'disk' },
      /Unknown cache store: disk, use one of 'memory', 'redis'/,
    ],
    [
      'a number as connection',
      { store: 'redis', connection: 5 },
      /must be a string or object, got number/,
    ],
    [
      'a list as connection',
      { store: 'redis', connection: [] },
      /must be a string or object, got array/,
    ],
    [
      'a connection object for another store',
      { store: 'memcache', connection: { url: 'a' } },
      /only supported when backend\.cache\.store is 'redis'/,
    ],
    [
      'a connection object without address',
      { store: 'redis', connection: { pingInterval: 5 } },
      /must include a non-empty 'url' string/,
    ],
    [
      'a redis address that is no URL, without repeating it',
      { store: 'redis', connection: 'redis://u:secret@host:port' },
      /^Invalid address of the redis cache in 'backend\.cache\.connection', expected one such as redis:\/\/user:password@host:6379$/,
    ],
    [
      'a redis address that cannot be decoded',
      { store: 'redis', connection: 'redis://u:se%cret@host' },
      /:6379 \(a % in it must be written as %25\)$/,
    ],
    [
      'a redis address with a database that is no number',
      { store: 'redis', connection: 'redis://u:secret@host/abc' },
      /^Invalid address of the redis cache/,
    ],
    [
      'a redis address of another protocol',
      { store: 'redis', connection: { url: 'http://u:secret@host' } },
      /^Invalid address of the redis cache in 'backend\.cache\.connection'/,
    ],
    ['an invalid time to live', { defaultTtl: 'soon' }, /'backend\.cache\.defaultTtl'/],
    [
      'a store whose package is missing',
      { store: 'memcache', connection: 'localhost' },
      /'backend\.cache\.store: memcache' needs the package '@keyv\/memcache'.*npm install/,
    ],
  ];
  for (const [what, cache, message] of mistakes) {
    it(`refuses ${what}`, () => {
      expect(() => managerFor(cache)).to.throw(message);
    });
  }
});

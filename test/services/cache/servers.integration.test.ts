import { ConfigReader } from '@backstage/config';
import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { CacheService, RootLifecycleService } from '../../../lib/api';
import { CacheManager } from '../../../lib/services/cache';
import { eventually } from '../eventually';
import { recordingLogger } from '../recording-logger';
import { TcpProxy } from '../tcp-proxy';

const interop = join(__dirname, '../../interop');
const stock = createRequire(join(interop, 'package.json'));

/** Valkey speaks the protocol of redis, so a redis server will do. */
const servers = [
  { store: 'memcache', variables: ['BACKSTAGE_TEST_CACHE_MEMCACHED1_CONNECTION_STRING'] },
  {
    store: 'valkey',
    variables: [
      'BACKSTAGE_TEST_CACHE_VALKEY8_CONNECTION_STRING',
      'BACKSTAGE_TEST_CACHE_REDIS7_CONNECTION_STRING',
    ],
  },
];

for (const { store, variables } of servers) {
  describe(`CacheManager on ${store}, with the client that the backend installs`, () => {
    const cwd = process.cwd();
    let connection: string;
    let closings: Array<() => unknown> = [];

    before(function findServer() {
      const variable = variables.find(name => process.env[name]);
      if (!variable) {
        this.test!.parent!.title += ` (skipped: ${variables[0]} is not set)`;
        this.skip();
      }
      connection = process.env[variable]!;
      process.chdir(interop); // where the client is installed
    });

    afterEach(async () => {
      for (const close of closings.reverse()) await close();
      closings = [];
    });

    after(() => process.chdir(cwd));

    function start(address = connection, operationTimeout = 2_000) {
      const rootLifecycle = {
        addShutdownHook: (hook: () => Promise<void>) => closings.push(hook),
      } as unknown as RootLifecycleService;
      const logger = recordingLogger();
      const manager = CacheManager.fromConfig(
        new ConfigReader({ backend: { cache: { store, connection: address, operationTimeout } } }),
        { logger, rootLifecycle },
      );
      return { manager, logger };
    }

    it('keeps values as long as they are meant to live, under any key', async () => {
      const { manager } = start();
      const cache = manager.forPlugin(`p${randomUUID()}`);
      const keys = ['plain', 'with space\n', 'ü🙂', '', 'x'.repeat(10_000), '*?[a]\r\nflush_all'];
      for (const key of keys) await cache.set(key, { key, list: [1, null] });
      for (const key of keys) expect(await cache.get(key)).to.deep.equal({ key, list: [1, null] });
      await cache.delete(keys[0]);
      expect(await cache.get(keys[0])).to.equal(undefined);
      await cache.set('short', 1, { ttl: { seconds: 1 } });
      expect(await cache.get('short')).to.equal(1);
      await eventually(async () => expect(await cache.get('short')).to.equal(undefined));
      expect(manager.getHealth()).to.deep.equal({ status: 'ok' });
    });

    it('refuses addresses that cannot be meant, without repeating them', () => {
      for (const address of ['http://u:secret@host:1/x', 'a b', 'x://u:secret@']) {
        expect(() => start(address))
          .to.throw(
            `Invalid address of the ${store} cache in 'backend.cache.connection', expected one such as `,
          )
          .with.property('message')
          .that.does.not.include('secret');
      }
    });

    it('names reason and place when log-in fails or the server is not there', async () => {
      const place = connection.replace(/^.*:\/\//, '').replace(/:\d+.*/, ':1');
      const address = connection.includes('://')
        ? `redis://user:secret@${place}`
        : `user:secret@${place}`;
      const { manager, logger } = start(address);
      expect(await manager.forPlugin('a').get('key')).to.equal(undefined);
      const [line] = logger.lines.filter(text => text.startsWith('error'));
      expect(line).to.include(`cache client for ${place},`);
      expect(line).to.match(/ECONNREFUSED.*\(configured at 'backend\.cache'\)/);
      expect(line).not.to.include('secret');
    });

    it('takes any time to live', async () => {
      const { manager, logger } = start();
      const cache = manager.forPlugin(`p${randomUUID()}`);
      const sixtyDays = { days: 60 };
      for (const ttl of [0, Infinity, 60_000.5, 1e15, sixtyDays, null as never]) {
        await cache.set('key', String(ttl), { ttl });
        expect(await cache.get('key')).to.equal(String(ttl));
      }
      await cache.set('key', 'gone', { ttl: -5 });
      expect(await cache.get('key')).to.equal(undefined);
      expect(logger.lines.filter(line => /^(warn|error)/.test(line))).to.deep.equal([]);
      await cache.delete('key');
    });

    it('works for other plugins when one has a long id, or a value that is none or too large', async () => {
      const { manager, logger } = start();
      const other = manager.forPlugin(`p${randomUUID()}`);
      await other.set('key', 'of other', { ttl: 60_000 });
      const id = `${'long-'.repeat(20)}${randomUUID()}`;
      const keys = ['x', 'y'].map(end => `${'k'.repeat(146)}${end}`); // the longest that are not hashed
      for (const key of keys) await manager.forPlugin(id).set(key, key, { ttl: 60_000 });
      for (const key of keys) expect(await manager.forPlugin(id).get(key)).to.equal(key);
      expect(await manager.forPlugin(`${id}2`).get(keys[0])).to.equal(undefined);

      const large = 'x'.repeat(2_000_000);
      for (let i = 0; i < 3; i += 1)
        await manager.forPlugin(id).set('large', large, { ttl: 1_000 });
      const failure = await manager
        .forPlugin(id)
        .set('symbol', Symbol('none') as never)
        .catch((error: Error) => error);
      expect(failure).to.have.property('message', 'A symbol cannot be stored in a cache');
      expect(await other.get('key')).to.equal('of other');
      expect(manager.getHealth()).to.deep.equal({ status: 'ok' });
      const lines = logger.lines.filter(line => /^(warn|error)/.test(line));
      expect(lines).to.deep.equal(
        store === 'memcache'
          ? [
              `warn: The memcache cache takes not all values: MemJS SET: Value too large (namespace '${id}')`,
            ]
          : [],
      );
    });

    it('keeps plugins apart', async () => {
      const { manager } = start();
      const [a, b] = [randomUUID(), randomUUID()].map(id => manager.forPlugin(id));
      await a.set('key', 'of a');
      expect(await b.get('key')).to.equal(undefined);
    });

    if (store === 'memcache') {
      it('shares values with stock Backstage', async () => {
        const id = `p${randomUUID()}`;
        const { CacheManager: StockCacheManager } = stock('@backstage/backend-defaults/cache');
        // It never closes its connection, which would keep this process alive.
        const proxy = await TcpProxy.start(`tcp://${connection}`);
        closings.push(() => proxy.cut());
        const address = new URL(proxy.url).host;
        const theirs: CacheService = StockCacheManager.fromConfig(
          new ConfigReader({ backend: { cache: { store, connection: address } } }),
          { logger: recordingLogger() },
        ).forPlugin(id);
        const ours = start().manager.forPlugin(id);
        await theirs.set('theirs', { from: 'stock' });
        expect(await ours.get('theirs')).to.deep.equal({ from: 'stock' });
        await ours.set('ours', { from: 'forklift' });
        expect(await theirs.get('ours')).to.deep.equal({ from: 'forklift' });
      });
    }

    it('misses while the server is away, and works again when it is back', async () => {
      const proxy = await TcpProxy.start(
        connection.includes('://') ? connection : `tcp://${connection}`,
      );
      closings.push(() => proxy.cut());
      const address = connection.includes('://') ? proxy.url : new URL(proxy.url).host;
      const { manager, logger } = start(address, 1_000);
      const cache = manager.forPlugin(`p${randomUUID()}`);
      await cache.set('key', 1);
      expect(await cache.get('key')).to.equal(1);

      await proxy.cut();
      const begin = Date.now();
      expect(await cache.get('key')).to.equal(undefined);
      await cache.set('key', 2);
      expect(Date.now() - begin).to.be.lessThan(4_000);
      expect(manager.getHealth().status).to.equal('down');
      expect(
        logger.lines.filter(line => line.includes(`Failed to create ${store} cache client`)),
      ).to.have.length(1);

      await proxy.restore();
      await eventually(async () => {
        await cache.set('key', 3);
        expect(await cache.get('key')).to.equal(3);
      });
      expect(manager.getHealth()).to.deep.equal({ status: 'ok' });
    });
  });
}

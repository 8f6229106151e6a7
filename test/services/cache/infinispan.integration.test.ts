import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { expect } from 'chai';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { CacheService, RootLifecycleService } from '../../../lib/api';
import { CacheManager } from '../../../lib/services/cache';
import { eventually } from '../eventually';
import { recordingLogger } from '../recording-logger';
import { HotRodServer } from './hot-rod-server';

const interop = join(__dirname, '../../interop');
const stock = createRequire(join(interop, 'package.json'));

describe('CacheManager on infinispan, with its own client', () => {
  const cwd = process.cwd();
  let server: HotRodServer;
  let port: number;
  let closings: Array<() => unknown> = [];

  before(() => process.chdir(interop)); // where the client is installed

  beforeEach(async () => {
    server = new HotRodServer();
    port = await server.start();
  });

  afterEach(async () => {
    for (const close of closings.reverse()) await close();
    closings = [];
    await server.stop();
  });

  after(() => process.chdir(cwd));

  const configFor = (infinispan: JsonObject, cache: JsonObject = {}) =>
    new ConfigReader({ backend: { cache: { store: 'infinispan', infinispan, ...cache } } });

  function start(infinispan: JsonObject = {}, cache: JsonObject = {}) {
    const rootLifecycle = {
      addShutdownHook: (hook: () => Promise<void>) => closings.push(hook),
    } as unknown as RootLifecycleService;
    const logger = recordingLogger();
    const manager = CacheManager.fromConfig(
      configFor({ servers: { host: '127.0.0.1', port }, ...infinispan }, cache),
      { logger, rootLifecycle },
    );
    return { manager, logger };
  }

  it('keeps any value under any key, each plugin for itself', async () => {
    const { manager, logger } = start();
    const [a, b] = [manager.forPlugin('a'), manager.forPlugin('b')];
    const keys = ['', '\u0000', '\ud83d\ude9c', 'x'.repeat(10_000), `${'x'.repeat(10_000)}y`];
    const values = ['', 0, false, null, { list: [1, null, { deep: 'ü' }] }];
    for (const [i, key] of keys.entries()) await a.set(key, values[i]);
    for (const [i, key] of keys.entries()) expect(await a.get(key)).to.deep.equal(values[i]);
    expect(await b.get(keys[0])).to.equal(undefined);
    await a.delete(keys[0]);
    expect(await a.get(keys[0])).to.equal(undefined);
    await a.delete(keys[0]); // is not there any more
    expect(manager.getHealth()).to.deep.equal({ status: 'ok' });
    expect(logger.lines.filter(line => !line.startsWith('debug'))).to.deep.equal([]);
  });

  it('forgets when the time to live is over', async () => {
    const { manager } = start({ cacheName: 'mine' }, { defaultTtl: '1 second' });
    const cache = manager.forPlugin('a');
    await cache.set('default', 1);
    await cache.set('fraction', 1, { ttl: 300.5 });
    await cache.set('long', 1, { ttl: { minutes: 1 } });
    const entries = [...server.caches.get('mine')!.values()];
    const lives = entries.map(({ expiresAt }) => expiresAt - Date.now());
    expect(lives[0]).to.be.within(500, 1_000);
    expect(lives[1]).to.be.within(1, 301);
    expect(lives[2]).to.be.within(50_000, 60_000);
    await eventually(async () => expect(await cache.get('fraction')).to.equal(undefined));
    expect(await cache.get('long')).to.equal(1);
  });

  it('shares values with stock Backstage', async () => {
    const { CacheManager: StockCacheManager } = stock('@backstage/backend-defaults/cache');
    const theirs: CacheService = StockCacheManager.fromConfig(
      configFor({ servers: { host: '127.0.0.1', port: String(port) } }),
      { logger: recordingLogger() },
    ).forPlugin('a');
    const ours = start().manager.forPlugin('a');
    await theirs.set('theirs', { from: 'stock' });
    expect(await ours.get('theirs')).to.deep.equal({ from: 'stock' });
    await ours.set('ours', { from: 'forklift' });
    expect(await theirs.get('ours')).to.deep.equal({ from: 'forklift' });
  });

  it('misses while the server is away, and works again when it is back', async () => {
    const { manager, logger } = start({}, { operationTimeout: 1_000 });
    const cache = manager.forPlugin('a');
    await cache.set('key', 1);
    await server.stop();
    const begin = Date.now();
    expect(await cache.get('key')).to.equal(undefined);
    await cache.set('key', 2);
    expect(Date.now() - begin).to.be.lessThan(4_000);
    expect(manager.getHealth().status).to.equal('down');
    const lines = logger.lines.filter(line => line.startsWith('error'));
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include(`Failed to create infinispan cache client for 127.0.0.1:${port}`);

    await server.start();
    await eventually(async () => {
      await cache.set('key', 3);
      expect(await cache.get('key')).to.equal(3);
    });
    expect(manager.getHealth()).to.deep.equal({ status: 'ok' });
  });

  it('connects when the server comes after the backend', async () => {
    await server.stop();
    const { manager } = start({}, { operationTimeout: 1_000 });
    const cache = manager.forPlugin('a');
    expect(await cache.get('key')).to.equal(undefined);
    await server.start();
    await eventually(async () => {
      await cache.set('key', 1);
      expect(await cache.get('key')).to.equal(1);
    });
  });
});

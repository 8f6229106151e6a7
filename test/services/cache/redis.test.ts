import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import type { RootLifecycleService } from '../../../lib/api';
import { CacheManager, type CacheManagerOptions } from '../../../lib/services/cache';
import { recordingLogger } from '../recording-logger';
import { TcpProxy } from '../tcp-proxy';
import { eventually } from '../eventually';

const variable = 'BACKSTAGE_TEST_CACHE_REDIS7_CONNECTION_STRING';

describe('CacheManager on redis', () => {
  let url: string;
  let closings: Array<() => void | Promise<void>> = [];

  before(function skipWithoutServer() {
    if (!process.env[variable]) {
      this.test!.parent!.title += ` (skipped: ${variable} is not set)`;
      this.skip();
    }
    url = process.env[variable];
  });

  afterEach(async () => {
    for (const close of closings.reverse()) await close();
    closings = [];
  });

  function managerFor(cache: JsonObject, options: CacheManagerOptions = {}) {
    const rootLifecycle = {
      addShutdownHook: (hook: () => Promise<void>) => closings.push(hook),
    } as unknown as RootLifecycleService;
    return CacheManager.fromConfig(
      new ConfigReader({ backend: { cache: { store: 'redis', ...cache } } }),
      { ...options, rootLifecycle },
    );
  }

  async function startProxy(): Promise<TcpProxy> {
    const proxy = await TcpProxy.start(url);
    closings.push(() => proxy.cut());
    return proxy;
  }

  it('stores values under keys that stock Backstage finds', async () => {
    const id = `p${randomUUID()}`;
    const cache = managerFor({ connection: url }).forPlugin(id);
    await cache.set('key', { a: [1, null] }, { ttl: 60_000 });
    expect(await cache.get('key')).to.deep.equal({ a: [1, null] });

    const { createClient } = await import('@keyv/redis');
    const client = createClient({ url });
    await client.connect();
    closings.push(() => void client.disconnect());
    const raw = JSON.parse((await client.get(`${id}:${btoa('key')}`))!);
    expect(raw.value).to.deep.equal({ a: [1, null] });
    expect(await client.pTTL(`${id}:${btoa('key')}`)).to.be.within(50_000, 60_000);

    await cache.delete('key');
    expect(await client.get(`${id}:${btoa('key')}`)).to.equal(null);
  });

  it('puts the configured namespace before the plugin', async () => {
    const id = `p${randomUUID()}`;
    const settings = {
      connection: { url },
      redis: { client: { namespace: 'team', keyPrefixSeparator: '/' } },
    };
    await managerFor(settings).forPlugin(id).set('key', 1, { ttl: 60_000 });
    const { createClient } = await import('@keyv/redis');
    const client = createClient({ url });
    await client.connect();
    closings.push(() => void client.disconnect());
    expect(await client.exists(`team/${id}/${btoa('key')}`)).to.equal(1);
  });

  it('keeps plugins apart and takes any key', async () => {
    const manager = managerFor({ connection: url, defaultTtl: '1m' });
    const [a, b] = [manager.forPlugin(`a${randomUUID()}`), manager.forPlugin(`b${randomUUID()}`)];
    const keys = ['', '\u0000', '\ud83d\ude9c', 'x'.repeat(10_000), `${'x'.repeat(10_000)}y`];
    for (const [index, key] of keys.entries()) await a.set(key, index);
    for (const [index, key] of keys.entries()) expect(await a.get(key)).to.equal(index);
    expect(await b.get(keys[0])).to.equal(undefined);
  });

  it('takes any time to live', async () => {
    const manager = managerFor({ connection: url });
    const cache = manager.forPlugin(`p${randomUUID()}`);
    for (const ttl of [0, Infinity, 60_000.5, 1e15, { days: 60, seconds: 0.5 }]) {
      await cache.set('key', String(ttl), { ttl });
      expect(await cache.get('key')).to.equal(String(ttl));
    }
    await cache.set('key', 'gone', { ttl: -5 });
    expect(await cache.get('key')).to.equal(undefined);
    expect(manager.getHealth()).to.deep.equal({ status: 'ok' });
  });

  it('misses while the server cannot be reached, and logs that once', async () => {
    const proxy = await startProxy();
    await proxy.cut();
    const logger = recordingLogger();
    const errors: Error[] = [];
    const manager = managerFor({ connection: proxy.url }, { logger, onError: e => errors.push(e) });
    const cache = manager.forPlugin(`p${randomUUID()}`);
    expect(await cache.get('key')).to.equal(undefined);
    await cache.set('key', 1);
    await cache.delete('key');
    expect(manager.getHealth().status).to.equal('down');
    expect(errors).not.to.be.empty;
    expect(
      logger.lines.filter(line => line.includes('Failed to create redis cache client')),
    ).to.have.length(1);
  });

  it('works again when the server is back', async () => {
    const proxy = await startProxy();
    const logger = recordingLogger();
    const manager = managerFor({ connection: proxy.url }, { logger });
    const cache = manager.forPlugin(`p${randomUUID()}`);
    await cache.set('key', 'kept', { ttl: 60_000 });
    await proxy.cut();
    await eventually(async () => expect(await cache.get('key')).to.equal(undefined));
    expect(manager.getHealth().status).to.equal('down');
    await proxy.restore();
    await eventually(async () => expect(await cache.get('key')).to.equal('kept'));
    expect(manager.getHealth()).to.deep.equal({ status: 'ok' });
    expect(logger.lines.some(line => line.includes('answers again'))).to.equal(true);
  });

  it('gives up on a server that does not answer, and reconnects', async () => {
    const proxy = await startProxy();
    const manager = managerFor({ connection: proxy.url, operationTimeout: { milliseconds: 200 } });
    const cache = manager.forPlugin(`p${randomUUID()}`);
    await cache.set('key', 'kept', { ttl: 60_000 });
    proxy.freeze(true);
    const begin = Date.now();
    expect(await cache.get('key')).to.equal(undefined);
    expect(Date.now() - begin).to.be.lessThan(2_000);
    for (let i = 0; i < 100; i += 1) await cache.get('key');
    expect(Date.now() - begin).to.be.lessThan(2_500);
    proxy.freeze(false);
    await eventually(async () => expect(await cache.get('key')).to.equal('kept'));
  });

  it('throws for values that are not JSON instead of calling them an outage', async () => {
    const manager = managerFor({ connection: url });
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const failure = await manager
      .forPlugin('a')
      .set('key', cycle as never)
      .then(
        () => undefined,
        error => error,
      );
    expect(failure).to.be.an('error');
    expect(manager.getHealth().status).to.equal('ok');
  });
});

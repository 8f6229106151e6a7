import { coreServices, createBackendPlugin } from 'backstage-forklift';
import { mockServices, startTestBackend } from 'backstage-forklift/testing';
import { expect } from 'chai';
import { cacheServiceFactory } from '../../../lib/services/cache';
import { eventually } from '../eventually';
import { TcpProxy } from '../tcp-proxy';

const variable = 'BACKSTAGE_TEST_CACHE_REDIS7_CONNECTION_STRING';

describe('readiness of a backend whose redis is away for a while', () => {
  let proxy: TcpProxy;
  let stop: (() => Promise<void>) | undefined;

  before(function skipWithoutServer() {
    if (process.env[variable]) return;
    this.test!.parent!.title += ` (skipped: ${variable} is not set)`;
    this.skip();
  });

  beforeEach(async () => {
    proxy = await TcpProxy.start(process.env[variable]!);
  });

  afterEach(async () => {
    await stop?.();
    stop = undefined;
    await proxy?.cut();
  });

  const counter = createBackendPlugin({
    pluginId: 'counter',
    register: reg =>
      reg.registerInit({ deps: { cache: coreServices.cache }, init: async () => {} }),
  });

  async function start(cache: { readinessCheck?: boolean }): Promise<() => Promise<unknown>> {
    const connection = proxy.url;
    const backend = await startTestBackend({
      features: [
        counter,
        cacheServiceFactory,
        mockServices.rootConfig.factory({
          data: { backend: { cache: { store: 'redis', connection, ...cache } } },
        }),
      ],
    });
    stop = () => backend.stop();
    const url = `http://localhost:${backend.server.port()}/.backstage/health/v1/readiness`;
    return async () => (await fetch(url)).json();
  }

  it('follows the server where the configuration says so', async () => {
    const readiness = await start({ readinessCheck: true });
    expect(await readiness()).to.deep.equal({ status: 'ok' });
    await proxy.cut();
    await eventually(async () =>
      expect(await readiness()).to.deep.equal({
        status: 'error',
        message: 'Backend is not ready: cache',
      }),
    );
    await proxy.restore();
    await eventually(async () => expect(await readiness()).to.deep.equal({ status: 'ok' }));
  });

  it('does not depend on it otherwise, as the backend works without', async () => {
    const readiness = await start({});
    await proxy.cut();
    expect(await readiness()).to.deep.equal({ status: 'ok' });
  });
});

import { expect } from 'chai';
import sinon from 'sinon';
import { ConfigReader } from '@backstage/config';
import { HostDiscovery } from 'backstage-forklift/services';
import { SrvResolver } from '../../../lib/services/discovery/srv-resolver';
import { RecordingLogger } from '../root-http-router/support/recording-logger';

const discover = (data: object, logger = new RecordingLogger()) =>
  HostDiscovery.fromConfig(
    new ConfigReader({ backend: { baseUrl: 'https://portal.acme.com/' }, ...data } as never),
    { logger },
  );
const both = async (discovery: HostDiscovery, pluginId: string) => [
  await discovery.getBaseUrl(pluginId),
  await discovery.getExternalBaseUrl(pluginId),
];

describe('HostDiscovery', () => {
  it('finds plugins of this backend where it listens, and from outside below its base URL', async () => {
    const listens: Array<[backend: object, internal: string]> = [
      [{}, 'http://localhost:7007/api/catalog'],
      [{ listen: ':80' }, 'http://localhost:80/api/catalog'],
      [{ listen: { host: '::', port: 1 } }, 'http://localhost:1/api/catalog'],
      [{ listen: '0.0.0.0:2' }, 'http://127.0.0.1:2/api/catalog'],
      [{ listen: { host: '::1', port: 3 } }, 'http://[::1]:3/api/catalog'],
      [{ listen: 'inside:4', https: true }, 'https://inside:4/api/catalog'],
    ];
    for (const [backend, internal] of listens) {
      const discovery = discover({ backend: { baseUrl: 'https://portal.acme.com//', ...backend } });
      expect(await both(discovery, 'catalog')).to.deep.equal([
        internal,
        'https://portal.acme.com/api/catalog',
      ]);
    }
  });

  it('encodes plugin ids', async () => {
    const [internal] = await both(discover({}), 'a/b?c');
    expect(internal).to.equal('http://localhost:7007/api/a%2Fb%3Fc');
  });

  it('finds plugins where discovery.endpoints says', async () => {
    const discovery = discover({
      discovery: {
        endpoints: [
          { target: 'https://other/api/{{ pluginId }}', plugins: ['catalog', 'search'] },
          { target: { internal: 'http://in/{{pluginId}}' }, plugins: ['docs'] },
          { target: { external: 'http://out/{{pluginId}}' }, plugins: ['auth'] },
          { target: 'https://last/{{ pluginId }}', plugins: ['search'] },
        ],
      },
    });
    expect(await both(discovery, 'catalog')).to.deep.equal(
      Array(2).fill('https://other/api/catalog'),
    );
    expect(await both(discovery, 'search')).to.deep.equal(Array(2).fill('https://last/search'));
    expect(await both(discovery, 'docs')).to.deep.equal([
      'http://in/docs',
      'https://portal.acme.com/api/docs',
    ]);
    expect(await both(discovery, 'auth')).to.deep.equal([
      'http://localhost:7007/api/auth',
      'http://out/auth',
    ]);
  });

  it("takes the endpoint of '*' for plugins that no other names", async () => {
    const discovery = discover({
      discovery: {
        endpoints: [
          { target: 'http://rest/{{pluginId}}', plugins: ['*'] },
          { target: 'http://one', plugins: ['catalog'] },
        ],
      },
    });
    expect(await both(discovery, 'catalog')).to.deep.equal(['http://one', 'http://one']);
    expect(await both(discovery, 'docs')).to.deep.equal(['http://rest/docs', 'http://rest/docs']);
  });

  it('follows the configuration, and keeps what it knows when that becomes bad', async () => {
    let data: object = { backend: { baseUrl: 'http://first' } };
    let notify: () => void;
    const logger = new RecordingLogger();
    const live = new Proxy({} as any, {
      get: (_target, key) =>
        key === 'subscribe'
          ? (listener: () => void) => {
              notify = listener;
            }
          : (...args: unknown[]) => (new ConfigReader(data as never) as any)[key](...args),
    });
    const discovery = HostDiscovery.fromConfig(live, { logger });
    data = { backend: { baseUrl: 'http://second' } };
    notify!();
    expect(await discovery.getExternalBaseUrl('a')).to.equal('http://second/api/a');
    data = {
      backend: { baseUrl: 'http://third' },
      discovery: { endpoints: [{ target: 'x' }] },
    };
    notify!();
    expect(await discovery.getExternalBaseUrl('a')).to.equal('http://second/api/a');
    expect(logger.messages('error')[0]).to.match(/^Failed to update discovery service: .*plugins/);
  });

  it('warns of a base URL that is none, or that only this machine can reach in production', () => {
    const { NODE_ENV } = process.env;
    try {
      process.env.NODE_ENV = 'production';
      const logger = new RecordingLogger();
      discover({ backend: { baseUrl: 'http://localhost:7007' } }, logger);
      discover({ backend: { baseUrl: 'portal' } }, logger);
      discover({}, logger);
      expect(logger.messages('warn')).to.have.length(2);
      expect(logger.messages('warn')[0]).to.match(/^backend\.baseUrl is 'http:\/\/localhost:7007'/);
      expect(logger.messages('warn')[1]).to.match(/backend\.baseUrl is not a valid URL: 'portal'/);
    } finally {
      process.env.NODE_ENV = NODE_ENV;
    }
  });

  it('refuses addresses that callers from outside cannot use', () => {
    for (const target of ['http+srv://a/b', { external: 'http+srv://a/b' }]) {
      expect(() => discover({ discovery: { endpoints: [{ target, plugins: ['a'] }] } })).to.throw(
        'SRV resolver URLs cannot be used in the target for external endpoints',
      );
    }
  });

  it('names what is wrong in its configuration', () => {
    const mistakes: Array<[endpoints: unknown, message: string]> = [
      [[{ target: 'a' }], "'discovery.endpoints[0].plugins'"],
      [[{ target: 'a', plugins: 'b' }], "'discovery.endpoints[0].plugins'"],
      [[{ target: { internal: 5 }, plugins: ['b'] }], "'discovery.endpoints[0].target.internal'"],
      ['a', "'discovery.endpoints'"],
    ];
    for (const [endpoints, message] of mistakes) {
      expect(() => discover({ discovery: { endpoints } })).to.throw(message);
    }
    expect(() => discover({ backend: {} })).to.throw("'backend.baseUrl'");
  });
});

describe('SRV addresses', () => {
  const record = (name: string, priority = 1, weight = 1) => ({ name, port: 80, priority, weight });
  afterEach(() => sinon.restore());

  it('are looked up, the best priority first, and remembered for a second', async () => {
    const clock = sinon.useFakeTimers({ toFake: ['performance'] });
    const lookup = sinon.stub().resolves([record('worse', 2), record('best', 1)]);
    const resolve = new SrvResolver({ lookup }).resolver('https+srv://catalog.acme/api/catalog/');
    expect(await resolve()).to.equal('https://best:80/api/catalog');
    clock.tick(999);
    await resolve();
    sinon.assert.calledOnceWithExactly(lookup, 'catalog.acme');
    clock.tick(2);
    await resolve();
    sinon.assert.calledTwice(lookup);
  });

  it('are shared out by weight', async () => {
    const lookup = sinon.stub().resolves([record('light', 1, 1), record('heavy', 1, 3)]);
    const resolve = new SrvResolver({ lookup }).resolver('http+srv://a/');
    const random = sinon.stub(Math, 'random');
    const hostAt = async (value: number) => {
      random.returns(value);
      return new URL(await resolve()).hostname;
    };
    expect(await hostAt(0.1)).to.equal('light');
    expect(await hostAt(0.26)).to.equal('heavy');
    expect(await hostAt(0.99)).to.equal('heavy');
  });

  it('that have no records, or cannot be looked up, say so', async () => {
    const none = new SrvResolver({ lookup: async () => [] }).resolver('http+srv://a');
    await none().then(expect.fail, error => {
      expect(error).to.include({ name: 'NotFoundError', message: 'No SRV records found for a' });
    });
    const broken = new SrvResolver({ lookup: () => Promise.reject(new Error('no DNS')) });
    await broken
      .resolver('http+srv://a')()
      .then(expect.fail, error => {
        expect(error.message).to.equal('Failed SRV resolution for a; caused by Error: no DNS');
      });
  });

  it('that are malformed are refused, and named', () => {
    const bad: { [url in string]: string } = {
      'ftp+srv://a': 'it must start with http+srv:// or https+srv:// and a host',
      'http+srv://a:80': 'it cannot have a port',
      'http+srv://u:p@a': 'it cannot have a username or password',
      'http+srv://a?b': 'it cannot have search params or a hash',
      'http+srv://': 'Invalid SRV address',
    };
    for (const [url, message] of Object.entries(bad)) {
      expect(() => new SrvResolver().resolver(url))
        .to.throw(message)
        .with.property('name', 'InputError');
    }
  });
});

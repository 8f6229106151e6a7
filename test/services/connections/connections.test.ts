import { expect } from 'chai';
import {
  connectionsServiceRef,
  createBackendPlugin,
  declareConnection,
  type ConnectionsService,
} from 'backstage-forklift';
import { connectionsServiceFactory } from 'backstage-forklift/services';
import {
  connectionsServiceMock,
  mockServices,
  ServiceFactoryTester,
  startTestBackend,
} from 'backstage-forklift/testing';

const CONFIG = {
  integrations: { gitlab: [{ host: 'gitlab.acme.com', token: 'old' }] },
  connections: [
    {
      type: 'github',
      host: 'github.com',
      title: 'Public GitHub',
      auth: [
        { method: 'token', token: 'for-all' },
        { method: 'token', token: 'for-catalog', match: { plugins: ['catalog'] } },
      ],
    },
    {
      type: 'github',
      host: 'github.acme.com',
      match: { plugins: ['scaffolder'] },
      auth: [{ method: 'token', token: 'of-acme' }],
    },
    {
      type: 'azure',
      host: 'dev.azure.com',
      auth: [{ method: 'pat', personalAccessToken: 'pat', match: { plugins: ['scaffolder'] } }],
    },
  ],
};

const connectionsOf = (pluginId: string, data: object = CONFIG): Promise<ConnectionsService> =>
  ServiceFactoryTester.from(connectionsServiceFactory, {
    dependencies: [mockServices.rootConfig.factory({ data: data as any })],
  }).getSubject(pluginId);

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('found'),
    error => `${error.name}: ${error.message}`,
  );

describe('The connections service', () => {
  const github = (url: string) =>
    ({ type: 'github', query: { url }, authMethods: ['token'] }) as const;

  it('finds a connection by the host of a URL, with the way to sign in that is for the plugin', async () => {
    const ofCatalog = await connectionsOf('catalog');
    const ofSearch = await connectionsOf('search');
    const url = 'https://github.com/acme/site';
    expect(await ofCatalog.find(github(url))).to.deep.equal({
      type: 'github',
      host: 'github.com',
      title: 'Public GitHub',
      auth: { method: 'token', title: 'Token', token: 'for-catalog' },
    });
    expect((await ofSearch.find(github(url))).auth).to.include({ token: 'for-all' });
  });

  it('shows nothing of how to sign in to those who do not ask', async () => {
    const service = await connectionsOf('search');
    const found = await service.find({ type: 'github', query: { url: 'https://github.com/a' } });
    expect(found).to.not.have.property('auth');
    expect(JSON.stringify(found)).to.not.include('for-');
  });

  it('finds what integrations configure, too', async () => {
    const service = await connectionsOf('search');
    const query = { url: 'https://gitlab.acme.com/a' };
    expect((await service.find({ type: 'gitlab', query, authMethods: ['token'] })).auth).to.include(
      { token: 'old' },
    );
  });

  it('keeps a connection from plugins that it is not for', async () => {
    const url = 'https://github.acme.com/a';
    expect((await (await connectionsOf('scaffolder')).find(github(url))).auth).to.include({
      token: 'of-acme',
    });
    expect(await failureOf((await connectionsOf('catalog')).find(github(url)))).to.equal(
      'NotFoundError: Connection not found for type "github"',
    );
  });

  it('says why it finds nothing', async () => {
    const service: any = await connectionsOf('catalog');
    const query = { url: 'https://github.com/a' };
    const failures: Array<[options: object, message: string]> = [
      [
        { type: 'azure', query: { url: 'https://dev.azure.com/a' }, authMethods: ['pat'] },
        'NotAllowedError: Connection of type "azure" for host "dev.azure.com" has no auth method available to this plugin',
      ],
      [
        { type: 'github', query, authMethods: ['app'] },
        'NotAllowedError: Connection not found for type "github" with auth method "token"',
      ],
      [
        { type: 'github', query: { url: 'acme' } },
        'InputError: Invalid url "acme" passed to ConnectionsService.find',
      ],
      [{ type: 'github' }, 'InputError: Invalid url "undefined" passed to'],
      [{ type: 'toString', query }, 'InputError: Unknown connection type "toString", expected one'],
    ];
    for (const [options, message] of failures) {
      expect(await failureOf(service.find(options))).to.include(message);
    }
  });

  it('refuses a connection that is not valid', async () => {
    const message = await failureOf(
      connectionsOf('a', { connections: [{ type: 'github', auth: [] }] }),
    );
    expect(message)
      .to.match(/InputError/)
      .and.match(/github/);
  });
});

describe('A plugin that looks up connections', () => {
  const plugin = (declared: string[], lookedUp: any, found: (value: any) => void) =>
    createBackendPlugin({
      pluginId: 'catalog',
      register(reg) {
        declared.forEach(type => declareConnection(reg, { type }));
        reg.registerInit({
          deps: { connections: connectionsServiceRef },
          async init({ connections }) {
            found(await connections.find(lookedUp).catch((error: Error) => error));
          },
        });
      },
    });
  const lookUp = { type: 'github', query: { url: 'https://github.com/a' } };
  const config = mockServices.rootConfig.factory({ data: CONFIG as any });

  it('finds those that it has declared', async () => {
    let found: any;
    await startTestBackend({
      features: [config, plugin(['github'], lookUp, value => (found = value))],
    });
    expect(found).to.include({ host: 'github.com' });
  });

  it('is told to declare others', async () => {
    let found: any;
    await startTestBackend({
      features: [config, plugin(['gitlab'], lookUp, value => (found = value))],
    });
    expect(found.message).to.include('declareConnection(reg, { type: "github" })');
  });

  it('can be given a mock', async () => {
    let found: any;
    const mock = connectionsServiceMock.mock({ find: (async () => ({ host: 'mocked' })) as any });
    await startTestBackend({
      features: [mock.factory, plugin(['github'], lookUp, value => (found = value))],
    });
    expect(found).to.deep.equal({ host: 'mocked' });
  });
});

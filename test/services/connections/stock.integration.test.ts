import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import { expect } from 'chai';
import { connectionsServiceFactory } from 'backstage-forklift/services';
import { mockServices, ServiceFactoryTester } from 'backstage-forklift/testing';

const stock = createRequire(join(__dirname, '../../interop/package.json'));

const CONFIG: any = {
  aws: { accounts: [{ accountId: '1', accessKeyId: 'a', secretAccessKey: 'b' }] },
  integrations: {
    github: [{ host: 'github.com', token: 'ignored' }],
    gerrit: [{ host: 'gerrit.acme.com', gitilesBaseUrl: 'https://gerrit.acme.com/g' }],
  },
  connections: [
    {
      type: 'github',
      host: 'github.com',
      auth: [
        { method: 'token', token: 't' },
        { method: 'app', ...app('one'), orgs: ['acme'] },
        { method: 'app', ...app('two'), match: { plugins: ['catalog'] } },
      ],
    },
    { type: 'gitlab', host: 'gitlab.com', match: { plugins: ['a'] }, auth: [{ method: 'none' }] },
  ],
};

const QUERIES: any[] = [
  ...['acme/x', 'other/x', 'ACME'].flatMap(path =>
    [['token'], ['app'], ['app', 'token'], undefined].map(authMethods => ({
      type: 'github',
      query: { url: `https://github.com/${path}` },
      authMethods,
    })),
  ),
  { type: 'github', query: { url: 'https://elsewhere.com/x' }, authMethods: ['token'] },
  { type: 'github', query: { url: 'nowhere' }, authMethods: ['token'] },
  { type: 'gitlab', query: { url: 'https://gitlab.com/x' }, authMethods: ['none'] },
  { type: 'gerrit', query: { url: 'https://gerrit.acme.com/x' }, authMethods: ['none', 'basic'] },
  { type: 'aws', query: { accountId: '1' }, authMethods: ['account'] },
  { type: 'aws', query: { accountId: '2' }, authMethods: ['account'] },
  { type: 'aws', query: {} },
  { type: 'harness', query: { url: 'https://app.harness.io' }, authMethods: ['token'] },
];

function app(name: string) {
  return { appId: 1, privateKey: name, clientId: name, clientSecret: name };
}

describe('The connections service beside that of stock Backstage', () => {
  const logger = mockServices.logger.mock();
  const outcome = (find: Promise<unknown>) =>
    find.then(
      value => value,
      error => `${error.name}: ${error.message}`,
    );

  for (const pluginId of ['catalog', 'a']) {
    it(`gives ${pluginId} the same answers and errors`, async () => {
      const file = 'connections-node/src/DefaultConnectionsService.cjs.js';
      const { DefaultConnectionsService } = stock(
        join(dirname(stock.resolve('@backstage/backend-app-api')), file),
      );
      const theirs = DefaultConnectionsService.create({
        logger,
        config: new ConfigReader(CONFIG),
      }).forPlugin(pluginId);
      const ours: any = await ServiceFactoryTester.from(connectionsServiceFactory, {
        dependencies: [mockServices.rootConfig.factory({ data: CONFIG })],
      }).getSubject(pluginId);

      const found = [];
      for (const query of QUERIES) {
        const expected = await outcome(theirs.find(query));
        expect(await outcome(ours.find(query)), JSON.stringify(query)).to.deep.equal(expected);
        found.push(typeof expected === 'object');
      }
      expect(found).to.include(true).and.include(false);
    });
  }
});

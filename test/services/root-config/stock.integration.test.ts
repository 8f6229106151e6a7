import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ConfigReader, type Config } from '@backstage/config';
import { loadConfigSchema } from '@backstage/config-loader';
import { expect } from 'chai';
import { createConfigSecretEnumerator } from 'backstage-forklift/services';

const folder = join(__dirname, '../../interop');
const stock = createRequire(join(folder, 'package.json'));

const config = {
  app: { title: 'o-title' },
  backend: {
    auth: {
      externalAccess: [
        { type: 'static', options: { token: 's-static', subject: 'o-subject' } },
        { type: 'legacy', options: { secret: 's-legacy', subject: 'o-subject' } },
        { type: 'jwks', options: { url: 'o-url' } },
      ],
    },
    database: {
      client: 'pg',
      connection: { host: 'o-host', user: 'o-user', password: 's-database' },
      plugin: { catalog: { connection: 's-catalog' } },
    },
    cache: { store: 'redis', connection: 's-redis' },
  },
  integrations: {
    github: [
      {
        host: 'o-github',
        token: 's-github',
        apps: [
          {
            appId: 1,
            clientId: 'o-id',
            privateKey: 's-key',
            webhookSecret: 's-hook',
            clientSecret: 's-app',
          },
        ],
      },
    ],
    gitlab: [{ host: 'o-gitlab', token: 's-gitlab' }],
    azure: [{ host: 'o-azure', credentials: [{ personalAccessToken: 's-azure' }] }],
    awsS3: [{ accessKeyId: 'o-id', secretAccessKey: 's-aws' }],
  },
  proxy: {
    endpoints: {
      '/x': { target: 'o-target', headers: { Authorization: 's-proxy', Accept: 'o-accept' } },
    },
  },
  auth: {
    session: { secret: 's-session' },
    providers: { github: { development: { clientId: 'o-id', clientSecret: 's-oauth' } } },
  },
  kubernetes: {
    clusterLocatorMethods: [
      { type: 'config', clusters: [{ name: 'o-name', serviceAccountToken: 's-cluster' }] },
    ],
  },
};

describe('The secrets of a configuration', () => {
  it('are all those that stock Backstage finds', async () => {
    const workingFolder = process.cwd();
    const logger: any = { info() {}, warn() {} };
    process.chdir(folder);
    try {
      const { createConfigSecretEnumerator: createTheirs } = stock(
        '@backstage/backend-defaults/rootConfig',
      );
      const schema = await loadConfigSchema({
        dependencies: Object.keys(stock('./package.json').dependencies),
      });
      const secretsBy = (enumerate: (data: Config) => Iterable<string>) =>
        [...enumerate(new ConfigReader(config as any))].sort();

      const theirs = secretsBy(await createTheirs({ logger, schema }));
      const ours = secretsBy(await createConfigSecretEnumerator({ logger }));

      expect(theirs).to.include.members(['s-static', 's-database', 's-github', 's-proxy']);
      expect(ours).to.include.members(theirs);
      expect(ours.filter(secret => secret.startsWith('o-'))).to.deep.equal(
        theirs.filter((secret: string) => secret.startsWith('o-')),
      );
    } finally {
      process.chdir(workingFolder);
    }
  });
});

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ConfigReader, type Config } from '@backstage/config';
import { loadConfigSchema } from '@backstage/config-loader';
import { expect } from 'chai';
import { createConfigSecretEnumerator } from 'backstage-forklift/services';
import { configMistakes } from './support/config-mistakes';
import { startWithConfig } from './support/start-with-config';

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

describe('The settings of stock Backstage', () => {
  /** Settings without which a backend of ours starts, or which may hold anything. */
  const FREE = [
    /^app/,
    /^backend\.database$/,
    /^backend\.database\.connection$/,
    /^discovery\.endpoints$/,
    /^backend\.logger\.meta\./,
    /^backend\.logger\.overrides\[0\]\.matchers\./,
  ];

  for (const name of ['backend-defaults', 'backend-app-api']) {
    it(`are checked before the server listens, whichever key of ${name} it is`, async function everyKey() {
      this.timeout(60_000);
      const file = join(folder, 'node_modules/@backstage', name, 'config.schema.json');
      const mistakes = [...configMistakes(JSON.parse(readFileSync(file, 'utf8')))];
      let checked = 0;
      for (const { path, config: mistaken } of mistakes) {
        if (!FREE.some(free => free.test(path))) {
          checked += 1;
          const { error, listened, warnings } = await startWithConfig(
            path === 'backend.baseUrl'
              ? mistaken
              : { ...mistaken, backend: { baseUrl: 'http://localhost', ...mistaken.backend } },
          );
          if (!error && path === 'backend.logger.level') {
            continue; // the log is that of the configuration
          }
          if (!error) {
            // Stock Backstage takes the default, too.
            expect(warnings.join('\n'), path).to.include(`Invalid config at '${path}`);
            continue;
          }
          const setting = path.replace(/(lifecycle\.\w+)\..*/, '$1'); // a duration as a whole
          expect(error?.message, path).to.include(setting);
          expect(error?.message, path).to.match(/Invalid|expected|wanted/);
          expect(listened, path).to.equal(false);
        }
      }
      expect(checked).to.be.above(name === 'backend-defaults' ? 300 : 10);
    });
  }

  it('and ours can be checked together, by the rules of both', async () => {
    const schema = await loadConfigSchema({
      dependencies: [],
      packagePaths: [
        join(__dirname, '../../../package.json'),
        stock.resolve('@backstage/backend-defaults/package.json'),
      ],
    });
    const check = (backend: object) => () =>
      schema.process([
        {
          context: 'test',
          data: {
            app: { baseUrl: 'http://localhost:3000' },
            backend: {
              baseUrl: 'http://localhost:7007',
              database: { client: 'pg', connection: { host: 'a', password: 'b' } },
              ...backend,
            } as any,
          },
        },
      ]);
    check({
      listen: ':7007',
      server: { requestTimeout: '30s' },
      cache: { store: 'redis', connection: 'redis://a' },
      auth: {
        policies: [{ plugin: 'a', path: '/', allow: 'unauthenticated' }],
        externalAccess: [{ type: 'static', options: { token: 'a'.repeat(8), subject: 'b' } }],
      },
    })();
    expect(check({ auth: { policies: [{ plugin: 'a' }] } })).to.throw('path');
    expect(check({ cors: { maxAge: [] } })).to.throw('maxAge');
  });
});

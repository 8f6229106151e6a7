import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { coreServices } from 'backstage-forklift';
import { configMistakes, type ConfigMistake, type Schema } from './support/config-mistakes';
import { startWithConfig } from './support/start-with-config';

const schema = JSON.parse(
  readFileSync(resolve(__dirname, '../../../config.schema.json'), 'utf8'),
) as Schema;

/** A missing cluster is as good as a missing connection, which is what is told then. */
const isMistake = ({ path, config }: ConfigMistake) =>
  !/cache\.(redis|valkey)(\.cluster)?$/.test(path) ||
  path.split('.').reduce((at, key) => at?.[key], config) !== undefined;

/** Mistakes with which stock Backstage starts, since it takes the default instead. */
const TOLERATED: RegExp[] = [
  /^backend\.server\.\w*[tT]imeout(\.\w+)?$/,
  /^backend\.referrer\.policy$/,
  /^backend\.cache\.connection$/,
  /^backend\.cache\.(redis|valkey)\.cluster\.rootNodes$/,
  /^backend\.cache\.infinispan\.(version|mediaType|dataFormat\.\w+)$/,
  /^backend\.rateLimit\.store\.type$/,
  /^backend\.logger\.level$/,
];

/** Settings that are read even earlier, because they say what becomes of a start that fails. */
const OF_THE_START = /^backend\.(startup|process|lifecycle)\b/;

const backendConfig = (backend: object) => ({
  backend: { baseUrl: 'http://localhost:7007', listen: '127.0.0.1:0', ...backend },
});

const GOOD = {
  app: { anything: [1] },
  backend: {
    baseUrl: 'http://localhost:7007',
    listen: { host: '127.0.0.1', port: '0' },
    trustProxy: ['loopback'],
    server: { headersTimeout: 1000, requestTimeout: '2s', keepAliveTimeout: { seconds: '3' } },
    lifecycle: { requestDrainTimeout: 'PT1S', serverShutdownDelay: '5 MS' },
    cors: { origin: '', methods: ['GET', 'PUT'], credentials: 'yes', maxAge: '60' },
    csp: { connectSrc: ["'self'"], 'img-src': false },
    referrer: { policy: ['no-referrer'] },
    health: { headers: { 'x-a': 'b' } },
    rateLimit: { store: { type: 'memory' }, window: '1m', plugin: { catalog: {} } },
    auth: {
      policies: [{ plugin: 'catalog', path: '/open', allow: 'unauthenticated' }],
      cookie: { hostOnly: true },
      pluginKeyStore: { type: 'database' },
      keys: [{ secret: 'c2VjcmV0' }],
      externalAccess: [
        {
          type: 'static',
          options: { token: 'secret-token', subject: 'ci' },
          accessRestrictions: [{ plugin: 'a', permission: 'x, y' }],
        },
      ],
    },
    logger: { level: 'error', meta: { a: 1 }, overrides: [{ matchers: { a: 1 }, level: 'warn' }] },
    database: {
      client: 'pg',
      connection: { host: 'a', password: '', max: 3, ssl: true },
      pool: { min: '0', max: 3 },
      searchPath: ['backstage', 'public'],
      useNullAsDefault: true,
    },
    cache: { store: 'memory', defaultTtl: 5, connection: '' },
    tracing: null,
    reading: { allow: [{ host: 'a' }, { host: '[::1]:7007' }, { host: '[fe80::1]:1-9' }] },
    'of-another-plugin': { x: 1 },
  },
  discovery: { endpoints: [{ target: 'http://x/api/{{pluginId}}', plugins: ['x'] }] },
  permission: { enabled: false, rbac: {} },
};

describe('A backend whose configuration has a mistake', () => {
  const PINNED: Array<[backend: object, message: string]> = [
    [{ baseUrl: undefined }, "'backend.baseUrl': expected a URL such as"],
    [
      { listen: { port: 'http' } },
      "'backend.listen.port': expected a port number from 0 to 65535, got 'http'",
    ],
    [{ listen: { port: 70000 } }, "'backend.listen.port': expected a port number from 0 to 65535"],
    [{ listen: 'here:there' }, "'backend.listen': expected a port, ':<port>', '<host>:<port>' or"],
    [
      { https: 'yes' },
      "'backend.https': expected true, or { certificate: { cert, key } }, got 'yes'",
    ],
    [
      { https: { certificate: { key: 'k' } } },
      "'backend.https.certificate.cert': expected text, got nothing",
    ],
    [{ rateLimit: 'true' }, "'backend.rateLimit': expected true, false or an object, got 'true'"],
    [
      { rateLimit: 'redis://me:secret@db' },
      "'backend.rateLimit': expected true, false or an object",
    ],
    [
      { rateLimit: { window: { secods: 5 } } },
      "'backend.rateLimit.window.secods': unknown key, did you mean 'seconds'?",
    ],
    [
      { auth: { policies: [{ plugin: 'a', path: '/', allow: 'all' }] } },
      "'backend.auth.policies[0].allow': expected one of 'unauthenticated', 'user-cookie', got 'all'",
    ],
    [
      { auth: { externalAccess: [{ type: 'static', options: 'my-secret-token' }] } },
      "'backend.auth.externalAccess[0].options': expected an object with 'token' and 'subject', got ***",
    ],
    [
      {
        auth: { externalAccess: [{ type: 'static', options: { token: 12345678, subject: 'ci' } }] },
      },
      "'backend.auth.externalAccess[0].options.token': expected text, got ***",
    ],
    [
      { rateLimit: { plugin: { catalog: { window: 'x' } } } },
      "'backend.rateLimit.plugin.catalog.window': expected a duration such as '30s', 'PT30S' or { seconds: 30 }, got 'x'",
    ],
    [
      { cors: { credentials: 'maybe' } },
      "'backend.cors.credentials': expected true or false, got 'maybe'",
    ],
    [{ cors: { methods: [null] } }, "'backend.cors.methods[0]': expected text, got null"],
    [{ database: {} }, "'backend.database.client': expected one of 'pg', 'better-sqlite3'"],
    [
      { csp: { imgSrc: true } },
      "'backend.csp.imgSrc': expected a list of sources, or false, got true",
    ],
  ];
  it('is told without the password of an address in the wrong place', async () => {
    const { error } = await startWithConfig(
      backendConfig({ database: { client: 'postgres://me:p@ssw0rd@db.acme.com/x' } }),
    );
    expect(error?.message).to.include("got 'postgres://***@db.acme.com/x'");
  });

  it('does not listen with a connection that is not valid', async () => {
    const { error, listened } = await startWithConfig({
      ...backendConfig({}),
      connections: [{ type: 'github', auth: [{ method: 'token', token: 's3cr3t' }] }],
    });
    expect(error?.message)
      .to.match(/connection.*github.*host/s)
      .and.not.include('s3cr3t');
    expect(listened).to.equal(false);
  });

  it('does not listen for addresses that only backends can look up, for browsers', async () => {
    const { error, listened } = await startWithConfig({
      ...backendConfig({}),
      discovery: { endpoints: [{ target: 'http+srv://x/api/{{pluginId}}', plugins: ['x'] }] },
    });
    expect(error?.message).to.include("'discovery.endpoints[0].target': expected a URL");
    expect(listened).to.equal(false);
  });

  for (const [backend, message] of PINNED) {
    it(`is told: ${message}`, async () => {
      const { error, listened } = await startWithConfig(backendConfig(backend));
      expect(error?.message).to.include(`Invalid config at ${message}`);
      expect(error?.message).to.not.include('secret');
      expect(listened).to.equal(false);
    });
  }

  it('is told of all of them at once', async () => {
    const { error } = await startWithConfig(
      backendConfig({ listen: [], cors: 5, auth: { policies: {} } }),
    );
    for (const path of ['backend.listen', 'backend.cors', 'backend.auth.policies']) {
      expect(error?.message).to.include(`Invalid config at '${path}'`);
    }
  });

  it('does not listen, whichever key it is and whatever is wrong', async function everyKey() {
    this.timeout(60_000);
    const mistakes = [...configMistakes(schema)].filter(isMistake);
    for (const { path, config, secret } of mistakes) {
      const { error, listened, warnings } = await startWithConfig(config);
      if (!error) {
        if (path !== 'backend.logger.level') {
          expect(warnings.join('\n'), path).to.include(`Invalid config at '${path}`);
        } // else the log is that of the configuration
        expect(
          TOLERATED.some(tolerated => tolerated.test(path)),
          path,
        ).to.equal(true);
        continue;
      }
      if (OF_THE_START.test(path)) {
        const setting = path.replace(/(lifecycle\.\w+)\..*/, '$1'); // a duration as a whole
        expect(error?.message, path).to.include(`'${setting}`);
        expect(error?.message, path).to.match(/expected|wanted/);
      } else {
        expect(error?.message, path).to.include(`Invalid config at '${path}': expected `);
        expect(error?.message, path).to.match(/, got ./);
      }
      if (secret) {
        expect(error?.message, path).to.not.include('s3cr3t');
      }
      expect(listened, path).to.equal(false);
    }
    // So that the walk does not come to nothing unnoticed.
    expect(mistakes.length).to.be.above(300);
    expect(mistakes.filter(({ secret }) => secret).length).to.be.above(20);
  });

  it('does not listen when nothing knows a type of external access', async () => {
    const { error, listened } = await startWithConfig(
      backendConfig({ auth: { externalAccess: [{ type: 'statik', options: { token: 'abc' } }] } }),
    );
    expect(error?.message).to.include(
      "Unknown type 'statik' in backend.auth.externalAccess[0], expected one of 'static', 'legacy', 'jwks'",
    );
    expect(listened).to.equal(false);
  });

  it('starts when a section holds nothing but keys that are not set', async () => {
    const { error } = await startWithConfig({
      ...backendConfig({ auth: { keys: null, externalAccess: null }, reading: { allow: null } }),
      discovery: { endpoints: null },
    });
    expect(error).to.equal(undefined);
  });

  it('starts when there is none, in any of the forms that a value may have', async () => {
    const { error, warnings } = await startWithConfig(GOOD);
    expect(error).to.equal(undefined);
    expect(warnings.filter(message => message.includes('config key'))).to.deep.equal([]);
  });
});

describe('A mistake with which stock Backstage starts', () => {
  const MISTAKES: Array<[backend: object, message: string]> = [
    [
      { baseUrl: 'localhost:7007' },
      "'backend.baseUrl': expected a URL such as 'https://backstage.acme.com', got 'localhost:7007'",
    ],
    [
      { server: { requestTimeout: '30000' } },
      "'backend.server.requestTimeout': expected a duration: milliseconds, '30s', 'PT30S' or { seconds: 30 }, got '30000'",
    ],
    [
      { server: { requestTimeout: { secods: 5 } } },
      "'backend.server.requestTimeout.secods': unknown key, did you mean 'seconds'?",
    ],
    [{ referrer: {} }, "'backend.referrer.policy': expected a list, got nothing"],
    [
      { rateLimit: { store: { type: 'memcached' } } },
      "'backend.rateLimit.store.type': expected one of 'memory', 'redis', got 'memcached'",
    ],
    [
      { reading: { allow: [{ host: 'https://acme.com' }, { host: 'acme.com' }] } },
      "'backend.reading.allow[0].host': expected a host such as 'acme.com', '*.acme.com', 'acme.com:8080' or '[::1]:8080', not a URL, got 'https://acme.com'",
    ],
    [
      { cache: { store: 'redis' } },
      "'backend.cache.connection': expected a connection string, or an object with url, got nothing",
    ],
    [
      { cache: { store: 'redis', connection: 'redis://localhost', redis: { cluster: {} } } },
      "'backend.cache.redis.cluster.rootNodes': expected a list, got nothing",
    ],
    [
      { cache: { store: 'infinispan', infinispan: { version: '3' } } },
      "'backend.cache.infinispan.version': expected one of '2.9', '2.5', '2.2', got '3'",
    ],
  ];
  for (const [backend, message] of MISTAKES) {
    it(`is logged, and the default is used: ${message}`, async () => {
      const { error, warnings, listened } = await startWithConfig(backendConfig(backend), [
        coreServices.urlReader,
      ]);
      expect(error).to.equal(undefined);
      expect(warnings).to.include(`Invalid config at ${message}`);
      expect(listened).to.equal(true);
    });
  }

  it('is no mistake where stock Backstage stops, too', async () => {
    const { error } = await startWithConfig(backendConfig({ https: true, baseUrl: 'localhost' }));
    expect(error?.message).to.include('Invalid baseUrl "localhost"');
  });
});

describe('The connection of a plugin', () => {
  const base = { type: 'rds', host: 'db', port: 5432, user: 'backstage', region: 'x' };
  const withOwn = (connection: object, baseConnection: object = base) =>
    backendConfig({
      database: { client: 'pg', connection: baseConnection, plugin: { catalog: { connection } } },
    });

  for (const own of [{ user: 'catalog' }, { type: 'rds', user: 'catalog' }, { database: 'x' }]) {
    it(`may say what is other only: ${JSON.stringify(own)}`, async () => {
      expect(await startWithConfig(withOwn(own))).to.deep.include({ error: undefined });
    });
  }

  it('may complete that of all plugins', async () => {
    const { host, port, user } = base;
    const own = { type: 'rds', region: 'x' };
    const { error } = await startWithConfig(withOwn(own, { host, port, user }));
    expect(error).to.equal(undefined);
  });

  it('may complete a connection string', async () => {
    const { error } = await startWithConfig(
      backendConfig({
        database: {
          client: 'pg',
          connection: 'postgres://backstage@db:5432',
          plugin: { catalog: { connection: { type: 'rds', region: 'x' } } },
        },
      }),
    );
    expect(error).to.equal(undefined);
  });

  it('is complete together with that of all plugins', async () => {
    const { error } = await startWithConfig(withOwn({ type: 'rds', user: 'me' }, { host: 'db' }));
    expect(error?.message).to.include(
      "Invalid config at 'backend.database.plugin.catalog.connection.port': expected a number, got nothing",
    );
  });

  it('is named when it is of the wrong form', async () => {
    const { error } = await startWithConfig(withOwn({ port: 'http' }));
    expect(error?.message).to.include(
      "Invalid config at 'backend.database.plugin.catalog.connection.port': expected a number, got 'http'",
    );
  });
});

describe('A key that nothing reads', () => {
  const TYPOS: Array<[backend: object, warning: string]> = [
    [
      { lifecycle: { requestDrainTimeot: '5s' } },
      "'backend.lifecycle.requestDrainTimeot', did you mean 'requestDrainTimeout'?",
    ],
    [{ auth: { polices: [] } }, "'backend.auth.polices', did you mean 'policies'?"],
    [
      { server: { xyz: 1 } },
      "'backend.server.xyz', expected any of 'headersTimeout', 'requestTimeout'",
    ],
    [{ lifecyle: {} }, "'backend.lifecyle', did you mean 'lifecycle'?"],
    [
      { rateLimit: { plugin: { catalog: { windows: '1s' } } } },
      "'backend.rateLimit.plugin.catalog.windows', did you mean 'window'?",
    ],
  ];
  for (const [backend, warning] of TYPOS) {
    it(`is logged with what may have been meant: ${warning}`, async () => {
      const { error, warnings } = await startWithConfig(backendConfig(backend));
      expect(error).to.equal(undefined);
      expect(warnings.join('\n')).to.include(`Unknown config key ${warning}`);
    });
  }
});

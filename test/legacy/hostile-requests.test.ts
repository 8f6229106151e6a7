import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { legacyPlugin } from 'backstage-forklift/legacy';
import { expect } from 'chai';
import { Router } from 'express';
import { startBackend, stopBackends, type StartedBackend } from './start-backend';

/** Who was let in, by the path at which the plugin is. */
const reached: string[] = [];

/** A plugin file with a route that is open, one for users by cookie, and all else guarded. */
function guarding(prefix: string) {
  return Promise.resolve({
    default: async () =>
      Router()
        .get('/health', (_req, res) => void res.json('ok'))
        .get('/image', (_req, res) => void res.json('image'))
        .use(['/secret', '/healthy', '/:any/secret'], (req, res) => {
          reached.push(prefix + req.originalUrl);
          res.json('secret');
        }),
  });
}

const allow = ['/health', { path: '/image', allow: 'user-cookie' as const }];
const PREFIXES = [
  ...['/api/todo', '/api/versioned/v2', '/api/todo/nested', '/outside'],
  ...['/api/todo2', '/api/versioned2/v2', '/api/todo/nested2', '/outside2'],
];
const TARGETS = [
  ...[
    '/secret',
    '/SECRET',
    '/secret/',
    '//secret',
    '/./secret',
    '/secret?/health',
    '/secret#/health',
  ],
  ...['/health/../secret', '/health/%2e%2e/secret', '/health/..%2fsecret', '/health%2f..%2fsecret'],
  ...['/health\\..\\secret', '/health;/../secret', '/healthy', '/health.json', '/healthsecret'],
  ...[
    '/health%00/secret',
    '/../health/secret',
    '/%68ealth/../secret',
    '/image/../secret',
    '/image',
  ],
  ...['/image/', '/IMAGE', '/%69mage', '/.backstage/health', '/health/../../todo/secret', '/', ''],
];
const HEADERS = [
  '',
  'Authorization: Bearer\r\n',
  'Authorization: Bearer undefined\r\n',
  'Authorization: Basic YWRtaW46YWRtaW4=\r\n',
  'Cookie: backstage-auth=x.y.z\r\n',
  'X-Original-Url: /health\r\nX-Rewrite-Url: /health\r\nX-Forwarded-Prefix: /health\r\n',
  'X-HTTP-Method-Override: OPTIONS\r\n',
];
const METHODS = ['HEAD', 'POST', 'get'];

describe('requests without a token for legacy plugins', function hostile() {
  this.timeout(60_000);
  let backend: StartedBackend;

  before(async () => {
    const byCode = { auth: { allow } };
    const plugin = (id: string, path: string, options: object) =>
      legacyPlugin(id, guarding(path), { path, ...options });
    const policies = ['todo2', 'versioned2', 'nested2', 'outside2'].flatMap(id => [
      { plugin: id, path: '/health', allow: 'unauthenticated' },
      { plugin: id, path: '/image', allow: 'user-cookie' },
    ]);
    backend = await startBackend(
      [
        plugin('todo', '/api/todo', byCode),
        plugin('versioned', '/api/versioned/v2', byCode),
        plugin('nested', '/api/todo/nested', byCode),
        plugin('outside', '/outside', byCode),
        plugin('todo2', '/api/todo2', {}),
        plugin('versioned2', '/api/versioned2/v2', {}),
        plugin('nested2', '/api/todo/nested2', {}),
        plugin('outside2', '/outside2', {}),
      ],
      { backend: { auth: { policies } } },
    );
  });

  after(stopBackends);

  /** Sends a path as it is, which clients of HTTP would not. */
  async function send(method: string, path: string, headers: string): Promise<string> {
    const { port } = new URL(backend.url);
    const socket = connect(Number(port), 'localhost');
    await once(socket, 'connect');
    socket.end(
      `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n`,
    );
    return text(socket);
  }

  it('reach what is open, by code and by configuration', async () => {
    for (const prefix of PREFIXES) {
      expect(await send('GET', `${prefix}/health`, ''), prefix).to.match(/^HTTP\/1.1 200/);
    }
  });

  it('do not reach anything else, however they are written', async () => {
    for (const prefix of PREFIXES) {
      const paths = TARGETS.map(target => prefix + target);
      paths.push(`http://localhost${prefix}/secret`, prefix.toUpperCase() + '/secret');
      const answers = await Promise.all(
        paths.flatMap(path => [
          ...HEADERS.map(headers => send('GET', path, headers)),
          ...METHODS.map(method => send(method, path, '')),
        ]),
      );
      for (const answer of answers) {
        expect(answer).to.not.match(/"secret"|"image"/);
      }
    }
    expect(reached).to.deep.equal([]);
  });
});

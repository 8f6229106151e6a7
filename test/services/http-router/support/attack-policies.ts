import { connect } from 'node:net';
import { Router } from 'express';
import type { HttpRouterService } from 'backstage-forklift';
import { startEdge } from '../../root-http-router/support/start-edge';

const CONNECTIONS = 20;
const METHODS = [
  ...['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'PROPFIND'],
  ...['TRACE', 'M-SEARCH', 'QUERY', 'LINK'],
];
const SEGMENTS = [
  ...['api', 'API', 'two', 'Two', 'open', 'OPEN', 'secret', 'Secret', 'item', '1', 'public'],
  ...['', '', '.', '..', '...', '%2e', '%2e%2e', '%2E.', 'open.', 'secret.', 'open%2fsecret'],
  ...['%2f', '%5c', '\\', 'open;a', ';', 'secret%00', '%00', '%', '%zz', '%6fpen', 's%65cret'],
  ...[
    'open#',
    '#',
    '?',
    'open?',
    'secret?x',
    '*',
    ':id',
    '(.*)',
    'one',
    'open%20',
    '\u00e9',
    '\u00a0',
  ],
  ...['.backstage', 'auth', 'v1', 'jwks.json', 'cookie', '__proto__', 'constructor', 'http:'],
  ...['cookie', 'Cookie', 'cookie;a', 'cookie%2fx', 'c%6fokie', '..;', '.;', '%2e%2e%2f', '..\\'],
  ...['%252e%252e', '%252f', '%25', '%c0%ae%c0%ae', '%ef%bc%8f', '%e2%80%a5', '%u002e', '%0d%0a'],
  ...[
    '\u2215',
    '\uff0f',
    '\u2024\u2024',
    '\uff4fpen',
    '\u017fecret',
    '\u0130tem',
    '%09',
    '\t',
    'open,',
  ],
];
const PREFIXES = [
  ...['/api/two/item/1', '/api/two/item/1/public', '/api/two/item/', '/api/two/ITEM/x/Public/'],
  ...['/api/two', '/api/two', '/api/two/', '/API/two', '/api/two/open/', '/api/two/secret'],
  ...['/api//two', '//api/two', '/', '', '/api/%74wo', '/./api/two', 'http://a.com/api/two'],
  ...['http://a.com/api/two/open/../secret', 'https://api/two/open', '/api/two/open/..//'],
  ...['http:///api/two', 'HTTP://A.com:80/api/two', 'http://u:p@a.com/api/two', 'http:/api/two'],
  ...[
    '//a.com/api/two',
    'http://a.com//api/two/open',
    'http:\\\\a.com\\api\\two',
    '*',
    'a.com:443',
  ],
  ...['/api/tw/../two', '/api/tw/..%2ftwo', '/api/two-more/../two', '/api/two%2dmore/..;/two'],
  ...[
    '/api/tw',
    '/api/two-more',
    '/api/two.',
    '/api/two;',
    '/api/two%20',
    '/api/%2574wo',
    '/api\\two',
  ],
  ...[
    '/api/two/cookie',
    '/api/two/cookie/',
    '/api/two/cookie/../secret',
    '/api/two?/open',
    '/api/two#',
  ],
];
/** What other servers take for the path or the method. */
const HEADERS = [
  ...['', '', '', 'X-HTTP-Method-Override: OPTIONS', 'X-Method-Override: HEAD'],
  ...['X-Original-URL: /api/two/open', 'X-Rewrite-URL: /api/two/open', 'X-Forwarded-Prefix: /open'],
  ...['X-Forwarded-Path: /api/two/open', 'X-Original-Method: OPTIONS', 'Forwarded: path=/open'],
  ...['Access-Control-Request-Method: GET\r\nOrigin: http://a.com'],
  ...['Connection: Upgrade\r\nUpgrade: h2c', 'Connection: Authorization, X-Real-IP'],
];
const LIMITED = 'Bearer limited';
const AUTHORIZATIONS = ['', '', LIMITED];

const GUARDED_ROUTES = ['/secret', '/item/:id', '/one'];

/** The same paths in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * What may be seen, told by the path as the plugin's routes see it, and nothing else.
 *
 * @param limited - with what a cookie stands for, rather than with nothing
 */
function isOpen(path: string, limited: boolean): boolean {
  const segments = path.toLowerCase().split('/').slice(1);
  return (
    segments[0] === 'open' ||
    (limited && segments[0] === 'cookie') ||
    (segments[0] === 'item' && Boolean(segments[1]) && segments[2] === 'public')
  );
}

/** A request that reached a route, and the path by which the route was found. */
export interface Reached {
  route: string;
  path: string;
  limited: boolean;
}

/**
 * Sends generated requests without a token, or with a limited one, to a plugin whose policies open
 * `/open` and `/item/:id/public`, and `/cookie` to limited tokens. Its neighbours are open altogether.
 *
 * @returns the requests that reached a route, and those of them that should not have
 */
export async function attackPolicies(
  count: number,
): Promise<{ reached: Reached[]; bypasses: Reached[] }> {
  const reached: Reached[] = [];
  const edge = await startEdge({
    plugins: {
      two(routes) {
        routes.use(recordingRouter(reached));
        routes.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });
        routes.addAuthPolicy({ path: '/item/:id/public', allow: 'unauthenticated' });
        routes.addAuthPolicy({ path: '/cookie', allow: 'user-cookie' });
      },
      tw: openPlugin,
      'two-more': openPlugin,
      app: openPlugin,
    },
  });
  try {
    const requests = generateRequests(count);
    const share = Math.ceil(count / CONNECTIONS);
    await Promise.all(
      Array.from({ length: CONNECTIONS }, (_, i) =>
        sendAll(edge.port, requests.slice(i * share, (i + 1) * share)),
      ),
    );
  } finally {
    await edge.stop();
  }
  const bypasses = reached.filter(
    ({ route, path, limited }) => GUARDED_ROUTES.includes(route) || !isOpen(path, limited),
  );
  return { reached, bypasses };
}

function openPlugin(routes: HttpRouterService): void {
  routes.use((_req, res) => void res.status(200).end());
  routes.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
}

function recordingRouter(reached: Reached[]): Router {
  const router = Router();
  for (const route of ['/open', '/cookie', ...GUARDED_ROUTES, '/item/:id/public', '*']) {
    router.all(route, (req, res) => {
      reached.push({ route, path: req.path, limited: req.headers.authorization === LIMITED });
      res.status(200).end();
    });
  }
  return router;
}

function generateRequests(count: number): string[] {
  const random = randomNumbers(20260101);
  const pick = (from: string[]) => from[random(from.length)];
  const target = () =>
    pick(PREFIXES) + Array.from({ length: random(5) }, () => `/${pick(SEGMENTS)}`).join('');
  const headers = () => {
    const authorization = pick(AUTHORIZATIONS);
    return [
      'Host: backstage.local',
      pick(HEADERS),
      authorization && `Authorization: ${authorization}`,
    ]
      .filter(Boolean)
      .join('\r\n');
  };
  return Array.from(
    { length: count },
    () => `${pick(METHODS)} ${target() || '/'} HTTP/1.1\r\n${headers()}\r\n\r\n`,
  );
}

/** Sends requests one after another on connections that are kept as long as the server keeps them. */
async function sendAll(port: number, requests: string[]): Promise<void> {
  const left = [...requests];
  while (left.length > 0) {
    await sendSome(port, left);
  }
}

async function sendSome(port: number, left: string[]): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('latin1');
  let request = '';
  const send = () => {
    request = left.shift() ?? '';
    if (request === '') {
      socket.end();
      return;
    }
    // Bytes beyond ASCII go as UTF-8.
    socket.write(request);
  };
  let answer = '';
  send();
  for await (const chunk of socket) {
    answer += chunk;
    const complete = isComplete(answer, request);
    // Of what follows a request for another protocol, Node.js answers nothing that is not HTTP.
    if (/\r\nConnection: close\r\n/.test(answer) || (complete && /^Upgrade:/m.test(request))) {
      socket.destroy();
      return;
    }
    if (complete) {
      answer = '';
      send();
    }
  }
}

function isComplete(answer: string, request: string): boolean {
  const [head, ...rest] = answer.split('\r\n\r\n');
  if (rest.length === 0 || request.startsWith('HEAD ')) {
    return rest.length > 0;
  }
  const [, length = '0'] = /\r\nContent-Length: (\d+)/.exec(head) ?? [];
  return /\r\nTransfer-Encoding: chunked/.test(head)
    ? answer.endsWith('\r\n0\r\n\r\n')
    : rest.join('\r\n\r\n').length >= Number(length);
}

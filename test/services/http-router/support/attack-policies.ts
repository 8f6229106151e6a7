import { connect } from 'node:net';
import { Router } from 'express';
import { startEdge } from '../../root-http-router/support/start-edge';

const CONNECTIONS = 20;
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'PROPFIND'];
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
];
const PREFIXES = [
  ...['/api/two/item/1', '/api/two/item/1/public', '/api/two/item/', '/api/two/ITEM/x/Public/'],
  ...['/api/two', '/api/two', '/api/two/', '/API/two', '/api/two/open/', '/api/two/secret'],
  ...['/api//two', '//api/two', '/', '', '/api/%74wo', '/./api/two', 'http://a.com/api/two'],
  ...['http://a.com/api/two/open/../secret', 'https://api/two/open', '/api/two/open/..//'],
];

const GUARDED_ROUTES = ['/secret', '/item/:id', '/one'];

/** The same paths in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What may be seen without a token, told by the path as the plugin's routes see it, and nothing else. */
function isOpen(path: string): boolean {
  const segments = path.toLowerCase().split('/').slice(1);
  return (
    segments[0] === 'open' ||
    (segments[0] === 'item' && Boolean(segments[1]) && segments[2] === 'public')
  );
}

/** A request that reached a route, and the path by which the route was found. */
export interface Reached {
  route: string;
  path: string;
}

/**
 * Sends generated requests without a token to a plugin whose policies open `/open` and
 * `/item/:id/public`.
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
      },
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
    ({ route, path }) => GUARDED_ROUTES.includes(route) || !isOpen(path),
  );
  return { reached, bypasses };
}

function recordingRouter(reached: Reached[]): Router {
  const router = Router();
  for (const route of ['/open', ...GUARDED_ROUTES, '/item/:id/public', '*']) {
    router.all(route, (req, res) => {
      reached.push({ route, path: req.path });
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
  return Array.from({ length: count }, () => `${pick(METHODS)} ${target() || '/'}`);
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
  const send = () => {
    const request = left.shift();
    if (request === undefined) {
      socket.end();
      return;
    }
    const line = `${request} HTTP/1.1\r\nHost: backstage.local\r\n\r\n`;
    socket.write(Buffer.from(line, 'latin1'));
  };
  let answer = '';
  send();
  for await (const chunk of socket) {
    answer += chunk;
    if (/\r\nConnection: close\r\n/.test(answer)) {
      socket.destroy();
      return;
    }
    if (answer.includes('\r\n\r\n')) {
      answer = '';
      send();
    }
  }
}

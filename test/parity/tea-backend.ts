import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import {
  startServerSubject,
  type ParityRequest,
  type ParitySubject,
} from 'backstage-forklift/parity';

/** An answer before it is sent: what a mutation may change. */
export interface Reply {
  status: number;
  headers: Record<string, string | string[]>;
  /** Sent as JSON unless it is a text or bytes. */
  body?: any;
  /** Compresses the body. */
  zip?: boolean;
  /** Sends so many bytes of the body and breaks the connection. */
  breakAfter?: number;
  /** Answers after so many milliseconds. */
  delay?: number;
  /** Never answers. */
  hang?: boolean;
}

/** The rows of the backend. */
export type Rows = Map<number, { id: number; name: string; price: number }>;

/** Changes one thing about a backend. */
export interface Change {
  /** Called with each answer to a request such as `GET /items`. */
  reply?(reply: Reply, call: string): void;
  /** Called after each write. */
  rows?(rows: Rows, call: string): void;
}

/** What is asked of the backend, in this order. */
export const teaRequests: readonly ParityRequest[] = [
  ...['/items', '/items/1', '/items/99', '/items?page=2'].map(path => request('GET', path)),
  { ...request('POST', '/items'), body: { name: 'Sencha', price: 4.5 } },
  request('GET', '/items/3'),
  { ...request('PUT', '/items/1'), body: { name: 'Assam', price: 3.25 } },
  request('GET', '/items/1'),
  request('DELETE', '/items/2'),
  request('GET', '/items/2'),
  ...['/login', '/private', '/readme', '/page', '/logo.png', '/stream', '/zipped', '/limited'].map(
    path => request('GET', path),
  ),
  { ...request('GET', '/cached'), headers: { 'if-none-match': '"v1"' } },
  request('HEAD', '/items'),
  request('OPTIONS', '/items'),
  ...['/noisy', '/noisy', '/shuffled', '/shuffled'].map(path => request('GET', path)),
];

function request(method: string, path: string): ParityRequest {
  return { method, path, headers: {}, as: 'none' };
}

/** What answers the requests, with nothing or one thing changed. */
export function createTeaHandler(change: Change = {}): RequestListener {
  const rows: Rows = new Map([
    [1, { id: 1, name: 'Darjeeling', price: 3.1 }],
    [2, { id: 2, name: 'Rooibos', price: 2.7 }],
  ]);
  let served = 0;
  return async (incoming, response) => {
    const call = `${incoming.method} ${incoming.url}`;
    const reply = answer(call, rows, await readBody(incoming), ++served);
    if (incoming.method !== 'GET') {
      change.rows?.(rows, call);
    }
    change.reply?.(reply, call);
    if (reply.hang) {
      return;
    }
    if (reply.delay) {
      await new Promise(resolve => setTimeout(resolve, reply.delay));
    }
    const raw =
      reply.body === undefined || typeof reply.body === 'string' || Buffer.isBuffer(reply.body)
        ? Buffer.from(reply.body ?? '')
        : Buffer.from(JSON.stringify(reply.body));
    const bytes = reply.zip ? gzipSync(raw) : raw;
    response.writeHead(reply.status, reply.headers);
    if (reply.breakAfter === undefined) {
      response.end(bytes);
    } else {
      response.write(bytes.subarray(0, reply.breakAfter), () => response.destroy());
    }
  };
}

/** Starts a backend of nothing else. */
export async function startTeaBackend(name: string, change?: Change): Promise<ParitySubject> {
  return await startServerSubject({ name, server: createTeaHandler(change) });
}

async function readBody(incoming: IncomingMessage): Promise<any> {
  let text = '';
  for await (const chunk of incoming) {
    text += chunk;
  }
  return text === '' ? undefined : JSON.parse(text);
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0, 1, 2, 3, 0xff, 0xfe]);

function json(body: unknown, headers: Reply['headers'] = {}, status = 200): Reply {
  return { status, headers: { ...JSON_TYPE, ...headers }, body };
}

function text(body: string | Buffer, type: string, headers: Reply['headers'] = {}): Reply {
  return { status: 200, headers: { 'content-type': type, ...headers }, body };
}

function failure(status: number, name: string, message: string, call: string): Reply {
  const [method, url] = call.split(' ');
  return json(
    { error: { name, message }, request: { method, url }, response: { statusCode: status } },
    {},
    status,
  );
}

function answer(call: string, rows: Rows, body: any, served: number): Reply {
  const [method, path] = call.split(' ');
  const id = Number(/^\/items\/(\d+)$/.exec(path)?.[1]);
  if (id && method === 'PUT') {
    rows.set(id, { id, ...body });
    return json(rows.get(id));
  }
  if (id && method === 'DELETE') {
    rows.delete(id);
    return { status: 204, headers: {} };
  }
  if (id) {
    const row = rows.get(id);
    return row
      ? json({ ...row, uid: 123456789012, origin: null, organic: true, made: '2020-04-01' })
      : failure(404, 'NotFoundError', `No item ${id}`, call);
  }
  if (call === 'POST /items') {
    const created = { id: 3, ...body };
    rows.set(3, created);
    return json(created, { location: '/items/3' }, 201);
  }
  const page: Record<string, () => Reply> = {
    'GET /items': () =>
      json(
        {
          items: [...rows.values()],
          tags: ['black', 'green', 'white'],
          total: rows.size,
          share: 0.1 + 0.2,
          next: '/items?page=2',
          note: 'Grüner Tee ☕',
          empty: [],
          options: {},
        },
        {
          etag: 'W/"items-1"',
          'cache-control': 'private, max-age=60',
          vary: 'Origin, Accept-Encoding',
          link: '</items?page=2>; rel="next"',
          'x-total-count': '2',
          'access-control-allow-origin': '*',
          'x-content-type-options': 'nosniff',
        },
      ),
    'GET /items?page=2': () => json({ items: [], next: null }),
    'GET /login': () => ({
      status: 302,
      headers: {
        location: '/welcome?from=login',
        'set-cookie': [
          `sid=${randomUUID()}; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=3600`,
          'theme=dark; Path=/',
        ],
      },
    }),
    'GET /private': () => ({
      ...failure(401, 'AuthenticationError', 'Missing credentials', call),
      headers: { ...JSON_TYPE, 'www-authenticate': 'Bearer' },
    }),
    'GET /readme': () =>
      text('# Tea\n\nBoil water.\nWait.\nDrink.\n', 'text/markdown; charset=utf-8'),
    'GET /page': () =>
      text('<!doctype html>\n<title>Tea</title>\n<p>Café</p>\n', 'text/html; charset=utf-8', {
        'content-security-policy': "default-src 'self'",
      }),
    'GET /logo.png': () => text(Buffer.from(PNG), 'image/png', { 'content-disposition': 'inline' }),
    'GET /stream': () =>
      text(
        'event: brewed\ndata: {"cup":1}\n\nevent: brewed\ndata: {"cup":2}\n\n',
        'text/event-stream',
      ),
    'GET /zipped': () => ({ ...json({ leaves: 12 }, { 'content-encoding': 'gzip' }), zip: true }),
    'GET /limited': () => json({ ok: true }, { 'ratelimit-limit': '100', 'ratelimit-policy': 'a' }),
    'GET /cached': () => ({ status: 304, headers: { etag: '"v1"' } }),
    'HEAD /items': () => json(undefined, { 'x-total-count': '2' }),
    'OPTIONS /items': () => ({ status: 204, headers: { allow: 'GET, HEAD, POST' } }),
    'GET /noisy': () =>
      json(
        {
          id: randomUUID(),
          at: new Date().toISOString(),
          time: Date.now(),
          served,
          load: Math.random(),
          kind: 'noise',
          version: 3,
        },
        { 'x-request-id': randomUUID(), 'x-served': String(served), 'x-kind': 'noise' },
      ),
    'GET /shuffled': () =>
      json({
        items: shuffle([1, 2, 3, 4, 5, 6].map(n => ({ name: `tea ${n}`, n, seen: Math.random() }))),
        tags: shuffle(['a', 'b', 'c', 'd', 'e', 'f']),
      }),
  };
  return page[call]?.() ?? failure(404, 'NotFoundError', 'No such page', call);
}

function shuffle<T>(list: T[]): T[] {
  return list
    .map(value => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

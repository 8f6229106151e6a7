/** One backend, and what is asked of it. */
export interface WireCase {
  name: string;
  config?: { backend?: object };
  /** Plugins beside `one` and `two`. */
  app?: boolean;
  indexPath?: string | false;
  state?: 'starting' | 'stopping';
  development?: boolean;
  requests: string[];
}

/** `METHOD target, header: value, ...` as it is written in {@link WireCase.requests}. */
const get = (...targets: string[]) => targets.map(target => `GET ${target}`);
const one = (...paths: string[]) => get(...paths.map(path => `/api/one${path}`));
const two = (...paths: string[]) => get(...paths.map(path => `/api/two${path}`));
const withHeader = (header: string, requests: string[]) =>
  requests.map(request => `${request}, ${header}`);

const BODIES = one(
  '/json',
  '/big',
  '/text',
  '/buffer',
  '/end',
  '/end-latin1',
  '/end-empty',
  '/end-callback',
  '/just-below',
  '/just-enough',
  '/wide',
  '/no-content',
  '/status',
  '/message',
  '/redirect',
  '/cookie',
  '/vary',
  '/vary-all',
  '/png',
  '/encoded',
  '/no-store',
  '/no-transform',
  '/small-no-transform',
  '/declared-big',
  '/write',
  '/write-head',
  '/write-head-message',
  '/flush-headers',
  '/events',
  '/late',
  '/late-big',
  '/counted',
  '/counted-written',
  '/no-csp',
  '/application/json',
  '/application/big',
);
const FAILURES = one(
  ...[
    'input',
    'not-modified',
    'authentication',
    'not-allowed',
    'not-found',
    'conflict',
    'not-implemented',
    'unavailable',
    'plain',
    'type',
    'status',
    'status-code',
    'bad-status',
    'cause',
    'fields',
    'string',
    'object',
    'database',
  ].map(kind => `/fail/${kind}`),
  '/fail/input?handled=1',
  '/missing-file',
  '/direct-file',
  '/leave',
  '/skip',
  '/async-fail',
  '/nowhere',
  '/echo/%zz',
);
const PATHS = get(
  '/',
  '/index.html',
  '/api',
  '/api/',
  '/api/none',
  '/apix',
  '/api/one',
  '/api/one/',
  '/api/onex',
  '/api/one/echo',
  '/API/One/Echo/1',
  '/api/one/echo/',
  '/api/one/echo/1?a=b&c[d]=e',
  '/api/one/echo?x=//y',
  '/api/one//echo',
  '/api/one///echo',
  '//api/one/echo',
  '/api//one/echo',
  '/api/one/./echo',
  '/api/one/../two/secret',
  '/api/one/%65cho',
  '/api/%6fne/echo',
  '/api/one%2fecho',
  '/api/one./echo',
  '/api/one;a/echo',
  '/api/one?echo',
  '/api/one/echo#fragment',
  '/api/one#/echo',
  'http://example.com/api/one/echo/2?a=b',
  'http://example.com/api/one',
  'http://example.com/api/one//echo',
  'http://example.com/elsewhere',
  '*',
);
const HEALTH = ['readiness', 'liveness'].flatMap(name => [
  `GET /.backstage/health/v1/${name}`,
  `HEAD /.backstage/health/v1/${name}`,
  `OPTIONS /.backstage/health/v1/${name}`,
  `POST /.backstage/health/v1/${name}`,
  `GET /.BACKSTAGE/Health/v1/${name}/`,
  `GET http://example.com/.backstage/health/v1/${name}`,
]);
const GUARDED = [
  ...two('/secret', '/open', '/open/below', '/opened', '/OPEN', '/item/1/public', '/static/a', '/'),
  ...two('/open/../secret', '//open', '/%6fpen', '/open%2f..%2fsecret', '/./open'),
  ...withHeader('Authorization: Bearer user', two('/secret', '/static/a', '/')),
  ...withHeader('Authorization: Bearer limited', two('/secret', '/static/a')),
  ...withHeader('Authorization: Bearer none', two('/secret', '/open')),
  'POST /api/two/secret',
  'OPTIONS /api/two/secret',
];
const ENDPOINTS = ['/api/two/.backstage/auth/v1/jwks.json', '/api/two/.backstage/auth/v1/cookie'];

/** Every behaviour of the HTTP edge that clients can see. */
export const WIRE_CASES: WireCase[] = [
  {
    name: 'without configuration',
    requests: [
      ...BODIES,
      ...BODIES.map(request => request.replace('GET', 'HEAD')),
      ...withHeader('Accept-Encoding: gzip', BODIES),
      ...withHeader('Accept-Encoding: br;q=1.0, gzip;q=0.8, *;q=0.1', one('/big', '/json')),
      ...withHeader('Accept-Encoding: deflate', one('/big', '/write')),
      ...withHeader('Accept-Encoding: identity;q=0, gzip', one('/big')),
      ...withHeader('Accept-Encoding: identity', one('/big')),
      ...FAILURES,
      ...PATHS,
      ...HEALTH,
      ...GUARDED,
      ...['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'].flatMap(method =>
        ENDPOINTS.flatMap(path => [
          `${method} ${path}`,
          `${method} ${path}, Authorization: Bearer user`,
        ]),
      ),
      ...['OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH'].flatMap(method => [
        `${method} /api/one/json`,
        `${method} /api/one/posted`,
        `${method} /api/one/put-only`,
        `${method} /elsewhere`,
      ]),
      ...withHeader('If-None-Match: W/"14-KcvqqZ0DL3zRt/W1pxRTKE9DOg4"', one('/json')),
      ...withHeader('If-None-Match: *', one('/json', '/big')),
      ...withHeader('Origin: http://localhost:3000', one('/json')),
      ...withHeader('X-Forwarded-For: 1.2.3.4', one('/echo')),
      ...withHeader('Connection: keep-alive', one('/json', '/nowhere')),
      ...withHeader('Expect: 100-continue', one('/json')),
      ...BODIES.map(request => `${request} HTTP/1.0`),
      ...withHeader('Accept-Encoding: gzip', one('/big HTTP/1.0', '/write HTTP/1.0')),
      ...withHeader('Range: bytes=0-1', one('/json', '/buffer')),
    ],
  },
  {
    name: 'with an app',
    app: true,
    requests: [...PATHS, ...get('/.backstage/other', '/api/app/index.html')],
  },
  {
    name: 'with another index path',
    indexPath: '/api/one',
    app: true,
    requests: get('/', '/json', '/api/one/json', '/api/nothing', '/nowhere', '/fail/input'),
  },
  {
    name: 'with no index path',
    indexPath: false,
    app: true,
    requests: get('/', '/json', '/api/app/json'),
  },
  {
    name: 'with CORS',
    config: {
      backend: {
        cors: {
          origin: ['http://localhost:3000', 'https://*.acme.com'],
          methods: ['GET', 'POST', 'PUT'],
          credentials: true,
          exposedHeaders: 'X-A',
          maxAge: 600,
        },
      },
    },
    requests: [
      ...one('/json'),
      ...[
        'http://localhost:3000',
        'https://portal.acme.com',
        'HTTPS://PORTAL.ACME.COM',
        'https://a.b.acme.com',
        'https://evil.com',
        'null',
      ].flatMap(origin =>
        ['GET', 'OPTIONS'].flatMap(method => [
          `${method} /api/one/json, Origin: ${origin}`,
          `${method} /api/one/json, Origin: ${origin}, Access-Control-Request-Headers: a`,
          `${method} /api/two/secret, Origin: ${origin}`,
          `${method} /nowhere, Origin: ${origin}`,
        ]),
      ),
    ],
  },
  {
    name: 'with CORS that goes on',
    config: {
      backend: {
        cors: {
          origin: '*',
          allowedHeaders: ['A', 'B'],
          preflightContinue: true,
          optionsSuccessStatus: 200,
        },
      },
    },
    requests: [
      'OPTIONS /api/one/json, Origin: http://a',
      'OPTIONS /api/one/echo, Origin: http://a',
      'GET /api/one/json, Origin: http://a',
      'GET /api/one/vary, Origin: http://a, Accept-Encoding: gzip',
    ],
  },
  {
    name: 'with content security policy and referrer policy',
    config: {
      backend: {
        csp: {
          connectSrc: ["'self'", 'http:', 'https:'],
          'img-src': ['*'],
          scriptSrcAttr: false,
          'upgrade-insecure-requests': false,
        },
        referrer: { policy: ['origin', 'same-origin'] },
      },
    },
    requests: [...one('/json', '/fail/input'), ...get('/nowhere')],
  },
  {
    name: 'behind a proxy',
    config: { backend: { trustProxy: true } },
    requests: [
      'GET /api/one/echo, X-Forwarded-For: 1.2.3.4, X-Forwarded-Proto: https, X-Forwarded-Host: a.com',
      'GET /api/one/echo',
    ],
  },
  {
    name: 'behind a number of proxies',
    config: { backend: { trustProxy: 1 } },
    requests: ['GET /api/one/echo, X-Forwarded-For: 1.2.3.4, X-Forwarded-For: 5.6.7.8'],
  },
  {
    name: 'with health headers',
    config: { backend: { health: { headers: { 'X-Health': 'yes', 'x-other': '1' } } } },
    requests: HEALTH,
  },
  {
    name: 'with a rate limit',
    config: {
      backend: {
        rateLimit: { window: '1 minute', incomingRequestLimit: 3, ipAllowList: ['10.0.0.1'] },
      },
    },
    requests: [
      ...one('/json'),
      ...get('/.backstage/health/v1/liveness'),
      ...one('/nowhere', '/json', '/json'),
      ...withHeader('X-Forwarded-For: 1.2.3.4', one('/json')),
    ],
  },
  {
    name: 'with a rate limit of one plugin',
    config: {
      backend: {
        rateLimit: {
          global: false,
          plugin: { two: { window: { seconds: 30 }, incomingRequestLimit: 1, ipAllowList: [] } },
        },
      },
    },
    requests: [...two('/open', '/open', '/secret'), ...one('/json', '/json')],
  },
  {
    name: 'without the default auth policy',
    config: { backend: { auth: { dangerouslyDisableDefaultAuthPolicy: true } } },
    requests: GUARDED,
  },
  {
    name: 'before the plugins have started',
    config: { backend: { lifecycle: { startupRequestPauseTimeout: { milliseconds: 20 } } } },
    state: 'starting',
    requests: [
      ...one('/json'),
      ...two('/secret', '/.backstage/auth/v1/jwks.json', '/.backstage/auth/v1/cookie'),
      ...HEALTH,
    ],
  },
  {
    name: 'once the plugins have shut down',
    state: 'stopping',
    requests: [...one('/json'), ...two('/secret', '/.backstage/auth/v1/jwks.json'), ...HEALTH],
  },
  {
    name: 'in development',
    development: true,
    requests: [...one('/json', '/big', '/no-content', '/skip'), ...HEALTH],
  },
];

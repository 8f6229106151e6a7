import { inSeconds } from '../../services/auth/token-authority';
import * as by from './callers';
import type { Caller } from './callers';
import {
  ELSEWHERE_LEGACY_SECRET,
  elsewhereClaims,
  OLD_SECRET,
  RESTRICTED_LEGACY_SECRET,
  restrictedClaims,
  staticTokens,
} from './identities';

/** A status, and the name of the error when it is no success. */
export type Outcome = [status: number, errorName?: string];

/** `<method> <path below the plugin>`, and who asks. */
export type WireRequest = [caller: string, from: Caller, request: string, body?: unknown];

const OK: Outcome = [200];
const UNAUTHENTICATED: Outcome = [401, 'AuthenticationError'];
const FORBIDDEN: Outcome = [403, 'NotAllowedError'];

const WHOAMI = 'GET /whoami';
const OPEN = 'GET /open';
const COOKIE_ROUTE = 'GET /cookie';
const FOR_USERS = 'GET /user-only';
const FOR_SERVICES = 'GET /service-only';
const FOR_NOBODY = 'GET /none-only';
const USER_INFO = 'GET /user-info';
const ALLOWED = 'GET /allowed';
const NEW_COOKIE = `GET ${by.COOKIE_PATH}`;
const APPLY = 'POST /.well-known/backstage/permissions/apply-conditions';

const past = inSeconds(-5);
const malformed = [
  'Bearer',
  'Bearer ',
  'Basic dXNlcjpwYXNz',
  'Bearer a b',
  'Bearer nonsense',
  'Bearer a.b.c',
  'Bearer ..',
  'Bearer W10.W10.x',
  `Bearer ${'x'.repeat(10_000)}`,
];

/** Requests that both backends answer alike, by how they do. */
export const requestsByOutcome: [Outcome, WireRequest[]][] = [
  [
    OK,
    [
      ['nobody', by.nobody, OPEN],
      ['nobody', by.nobody, 'GET /.backstage/auth/v1/jwks.json'],
      ['a user', by.user(), WHOAMI],
      ['a user', by.user(), OPEN],
      ['a user', by.user(), COOKIE_ROUTE],
      ['a user', by.user(), FOR_USERS],
      ['a user', by.user(), ALLOWED],
      ['a user', by.user(), NEW_COOKIE],
      ['a user', by.user(), USER_INFO],
      ['a user with claims', by.user({ ent: ['user:default/x'] }), USER_INFO],
      ['a user without a type', by.untypedUser(inSeconds(600)), WHOAMI],
      ['a user', by.user(), 'GET /.well-known/backstage/permissions/metadata'],
      ['a limited cookie', by.limitedCookie, COOKIE_ROUTE],
      ['a limited cookie', by.limitedCookie, OPEN],
      ['a limited token', by.limitedBearer, COOKIE_ROUTE],
      ['a plugin', by.plugin, WHOAMI],
      ['a plugin', by.plugin, FOR_SERVICES],
      ['a plugin', by.plugin, ALLOWED],
      ['a plugin with keys of another replica', by.replica, WHOAMI],
      ['a plugin for a user', by.pluginForUser, WHOAMI],
      ['a plugin for a user', by.pluginForUser, FOR_USERS],
      ['a plugin for a user', by.pluginForUser, USER_INFO],
      ['a plugin for a user', by.pluginForUser, APPLY, { items: [] }],
      ['a made-up plugin', by.crafted(), WHOAMI],
      ['a static token', by.bearer(staticTokens.unrestricted), WHOAMI],
      ['a static token', by.bearer(staticTokens.unrestricted), FOR_SERVICES],
      ['a static token, by name', by.bearer(staticTokens.byName), WHOAMI],
      ['a static token, by name', by.bearer(staticTokens.byName), ALLOWED],
      ['a static token, by action', by.bearer(staticTokens.byAction), ALLOWED],
      ['a legacy token', by.legacy(), WHOAMI],
      ['a legacy token of an old key', by.legacy({}, OLD_SECRET), WHOAMI],
      ['a legacy token, by name', by.legacy({}, RESTRICTED_LEGACY_SECRET), WHOAMI],
      ['a legacy token, by name', by.legacy({}, RESTRICTED_LEGACY_SECRET), ALLOWED],
      ['a foreign token', by.foreign(), WHOAMI],
      ['a foreign token, by name', by.foreign(restrictedClaims), WHOAMI],
      ['a foreign token, by name', by.foreign(restrictedClaims), ALLOWED],
      ['a user with a huge token', by.user({ ent: ['x'.repeat(8000)] }), WHOAMI],
    ],
  ],
  [[204], [['a user', by.user(), `DELETE ${by.COOKIE_PATH}`]]],
  [[400, 'InputError'], [['a plugin', by.plugin, APPLY, { items: 1 }]]],
  [
    UNAUTHENTICATED,
    [
      ['nobody', by.nobody, WHOAMI],
      ['nobody', by.nobody, COOKIE_ROUTE],
      ['nobody', by.nobody, NEW_COOKIE],
      ['nobody', by.nobody, 'GET /not-there'],
      ['nobody', by.nobody, APPLY, { items: [] }],
      ['an expired user', by.user({ exp: past }), WHOAMI],
      ['an expired user', by.user({ exp: past }), OPEN],
      ['an expired user without a type', by.untypedUser(past), WHOAMI],
      ['a user of the future', by.user({ nbf: inSeconds(3600) }), WHOAMI],
      ['a user without subject', by.user({ sub: undefined }), WHOAMI],
      ['a user without expiry', by.user({ exp: undefined }), WHOAMI],
      ['a user of a stranger', by.user({}, 'stranger'), WHOAMI],
      ['a stranger under a known key id', by.userWithKeyId(i => i.user.kid, 'stranger'), WHOAMI],
      ['a key id with a path', by.userWithKeyId(() => '../../etc/passwd', 'user'), WHOAMI],
      ['a changed user', by.changedUser, WHOAMI],
      ['an unsigned user', by.unsignedUser, WHOAMI],
      ['a user signed with a public key', by.userByPublicKey, WHOAMI],
      ['a user with a key inside', by.userWithOwnKey('jwk'), WHOAMI],
      ['a user with the address of a key', by.userWithOwnKey('jku'), WHOAMI],
      ['a user with the address of a certificate', by.userWithOwnKey('x5u'), WHOAMI],
      ['a user with an unknown extension', by.userWithExtension, WHOAMI],
      ['a token of an unknown type', by.typed('other'), WHOAMI],
      ['a limited cookie', by.limitedCookie, WHOAMI],
      ['a limited cookie', by.limitedCookie, NEW_COOKIE],
      ['a limited token', by.limitedBearer, WHOAMI],
      ['a nonsense cookie', by.cookie('backstage-auth=nonsense'), COOKIE_ROUTE],
      ['an empty cookie', by.cookie('backstage-auth='), COOKIE_ROUTE],
      ['a plugin for elsewhere', by.crafted({ aud: 'elsewhere' }), WHOAMI],
      ['an expired plugin', by.crafted({ exp: past }), WHOAMI],
      ['a plugin without expiry', by.crafted({ exp: undefined }), WHOAMI],
      ['a plugin of a stranger', by.crafted({}, 'stranger'), WHOAMI],
      ...['../auth', 'auth/../auth', 'localhost:1', 'auth@localhost', 'auth?', '%61uth'].map(
        (sub): WireRequest => [`a plugin called '${sub}'`, by.crafted({ sub }), WHOAMI],
      ),
      ['a plugin without keys', by.crafted({ sub: 'ancient' }), WHOAMI],
      ['a plugin for an expired user', by.craftedForExpiredUser, WHOAMI],
      ['a plugin for no user', by.crafted({ obo: 'nonsense' }), WHOAMI],
      ['a wrong static token', by.bearer(`${staticTokens.unrestricted}x`), WHOAMI],
      ['a legacy token of a stranger', by.legacy({}, 'AAAA'), WHOAMI],
      ['a legacy token of another subject', by.legacy({ sub: 'other' }), WHOAMI],
      ['a legacy token with an audience', by.legacy({ aud: 'other' }), WHOAMI],
      ['an expired foreign token', by.foreign({ exp: past }), WHOAMI],
      ['a foreign token of another issuer', by.foreign({ iss: 'https://example.com' }), WHOAMI],
      ['a foreign token for another audience', by.foreign({ aud: 'other' }), WHOAMI],
      ['a foreign token of a stranger', by.foreign({}, 'stranger'), WHOAMI],
      ...malformed.map((value): WireRequest => [
        `'${value.slice(0, 20)}'`,
        by.authorization(value),
        WHOAMI,
      ]),
    ],
  ],
  [
    FORBIDDEN,
    [
      ['a user', by.user(), FOR_SERVICES],
      ['a user', by.user(), FOR_NOBODY],
      ['a user', by.user(), APPLY, { items: [] }],
      ['a plugin', by.plugin, FOR_USERS],
      ['a plugin', by.plugin, NEW_COOKIE],
      ['a plugin for a user', by.pluginForUser, FOR_SERVICES],
      ['a static token', by.bearer(staticTokens.unrestricted), FOR_USERS],
      [
        'a static token, by name',
        by.bearer(staticTokens.byName),
        'GET /token?as=caller&target=north',
      ],
      [
        'a static token, by name',
        by.bearer(staticTokens.byName),
        'GET /token?as=caller&target=elsewhere',
      ],
      ['a static token for elsewhere', by.bearer(staticTokens.elsewhere), WHOAMI],
      ['a static token for elsewhere', by.bearer(staticTokens.elsewhere), OPEN],
      ['a legacy token for elsewhere', by.legacy({}, ELSEWHERE_LEGACY_SECRET), WHOAMI],
      ['a foreign token for elsewhere', by.foreign(elsewhereClaims), WHOAMI],
    ],
  ],
  [[500, 'Error'], [['a plugin', by.plugin, USER_INFO]]],
];

/** Stock Backstage takes these for failures of its own; here they are what they are: no credentials. */
export const requestsThatStockFails: { request: WireRequest; stock: Outcome; ours: Outcome }[] = [
  {
    request: ['a user without claims', by.userWithoutClaims, WHOAMI],
    stock: [500, 'JWTInvalid'],
    ours: UNAUTHENTICATED,
  },
  {
    request: ['an expired legacy token', by.legacy({ exp: past }), WHOAMI],
    stock: [500, 'JWTExpired'],
    ours: UNAUTHENTICATED,
  },
];

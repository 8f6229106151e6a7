import { ConfigReader } from '@backstage/config';
import { expect } from 'chai';
import fc from 'fast-check';
import { SignJWT, type JWTPayload } from 'jose';
import { join } from 'node:path';
import type { AuthService, DiscoveryService } from 'backstage-forklift';
import { createAuth, keepingLogger } from '../services/auth/create-auth';
import { inSeconds, signUserToken, TokenAuthority } from '../services/auth/token-authority';
import {
  authConfig,
  createIdentities,
  foreignClaims,
  LEGACY_SECRET,
  OLD_SECRET,
  type WireIdentities,
} from './auth-wire/identities';

const TOKENS = 3000;
const PLUGIN = 'north';

/** A token, before it is signed. */
interface Draft {
  header: { typ?: string; kid?: string };
  /** The name of a key, or the secret of an HMAC. */
  signer: { key: keyof WireIdentities } | { secret: string };
  claims: JWTPayload & { obo?: string };
}

async function createStockAuth(options: {
  config: object;
  discovery: DiscoveryService;
}): Promise<AuthService> {
  const entry = 'node_modules/@backstage/backend-defaults/dist/auth.cjs.js';
  const { authServiceFactory } = await import(join(__dirname, entry));
  return authServiceFactory.factory({
    config: new ConfigReader({ backend: { auth: options.config } } as never),
    logger: keepingLogger(),
    discovery: options.discovery,
    plugin: { getId: () => PLUGIN },
    database: { getClient: async () => ({}), migrations: { skip: true } },
    pluginTokenHandlerDecorator: (handler: unknown) => handler,
    externalTokenHandlers: [],
  });
}

const EXPIRED = inSeconds(-60);
const FUTURE = inSeconds(3600);
const identity = { sub: 'user:default/jane', iat: inSeconds(-60), exp: FUTURE };

/** Drafts of every kind that are accepted as they stand. */
const goodDrafts: Draft[] = [
  { header: { typ: 'vnd.backstage.user' }, signer: { key: 'user' }, claims: identity },
  { header: { typ: 'vnd.backstage.limited-user' }, signer: { key: 'user' }, claims: identity },
  { header: {}, signer: { key: 'user' }, claims: { ...identity, aud: 'backstage' } },
  {
    header: { typ: 'vnd.backstage.plugin' },
    signer: { key: 'crafted' },
    claims: { ...identity, sub: 'crafted', aud: PLUGIN },
  },
  { header: {}, signer: { key: 'foreign' }, claims: { ...foreignClaims, exp: FUTURE } },
  { header: {}, signer: { secret: LEGACY_SECRET }, claims: { sub: 'backstage-server' } },
  { header: {}, signer: { secret: OLD_SECRET }, claims: { sub: 'backstage-server', exp: FUTURE } },
];

const times = fc.constantFrom(undefined, EXPIRED, FUTURE, 0, -1, 1.5);
const keyNames = fc.constantFrom<keyof WireIdentities>('user', 'crafted', 'foreign', 'stranger');

/** Changes of a draft; most of them spoil it. */
function changes(proofs: string[]): fc.Arbitrary<(draft: Draft) => Draft> {
  const claim = (name: string, values: fc.Arbitrary<unknown>) =>
    values.map(value => (draft: Draft) => ({
      ...draft,
      claims: { ...draft.claims, [name]: value } as Draft['claims'],
    }));
  const header = (name: keyof Draft['header'], values: fc.Arbitrary<string | undefined>) =>
    values.map(value => (draft: Draft) => ({
      ...draft,
      header: { ...draft.header, [name]: value },
    }));
  const subjects = [
    'crafted',
    'ancient',
    '../x',
    'CRAFTED',
    'backstage-server',
    'job',
    '',
    undefined,
  ];
  const audiences = [
    PLUGIN,
    'south',
    'backstage',
    'wire',
    [PLUGIN, 'south'],
    ['backstage'],
    [],
    undefined,
  ];
  const types = ['user', 'limited-user', 'plugin', 'other'].map(kind => `vnd.backstage.${kind}`);
  return fc.oneof(
    claim('sub', fc.constantFrom(...subjects)),
    claim('aud', fc.constantFrom(...audiences)),
    claim('iss', fc.constantFrom(foreignClaims.iss, 'https://example.com', undefined)),
    claim('obo', fc.constantFrom(...proofs, undefined, '')),
    claim('iat', times),
    claim('exp', times),
    claim('nbf', times),
    header('typ', fc.constantFrom(...types, 'JWT', 'VND.Backstage.User', '', undefined)),
    header('kid', fc.constantFrom('', '../x', 'none', undefined)),
    keyNames.map(key => (draft: Draft) => ({ ...draft, signer: { key } })),
    fc
      .constantFrom(LEGACY_SECRET, OLD_SECRET, 'AAAA')
      .map(secret => (draft: Draft) => ({ ...draft, signer: { secret } })),
  );
}

async function signDraft({ header, signer, claims }: Draft, keys: WireIdentities): Promise<string> {
  const jwt = new SignJWT(claims);
  if ('secret' in signer) {
    jwt.setProtectedHeader({ alg: 'HS256', ...header });
    return jwt.sign(Buffer.from(signer.secret, 'base64'));
  }
  const { kid, privateKey } = keys[signer.key];
  jwt.setProtectedHeader({ alg: 'ES256', kid, ...header });
  return jwt.sign(privateKey);
}

/** Who a token stands for, or the name of the error. */
async function outcomeOf(auth: AuthService, token: string, allowLimitedAccess: boolean) {
  try {
    const credentials = await auth.authenticate(token, { allowLimitedAccess });
    return `${credentials} until ${credentials.expiresAt?.toISOString()}`;
  } catch (error) {
    const { name } = error as Error;
    // What stock Backstage lets through to its callers as a failure of its own, with status 500.
    return /^J(OSE|W[TSK])/.test(name) ? 'AuthenticationError' : name;
  }
}

describe('tokens made at random', () => {
  let authority: TokenAuthority;
  let identities: WireIdentities;
  let proofs: string[];
  let stock: AuthService;
  let ours: AuthService;

  before(async () => {
    authority = await TokenAuthority.start();
    identities = await createIdentities(authority);
    proofs = [
      await signUserToken(identities.user),
      await signUserToken(identities.user, { exp: EXPIRED }),
      await signUserToken(identities.stranger),
      'nonsense',
    ];
    const config = authConfig(authority);
    const discovery = authority.discovery();
    stock = await createStockAuth({ config, discovery });
    ours = await createAuth({ config, discovery })(PLUGIN);
  });

  after(() => authority.stop());

  it('are judged by us as by stock Backstage', async () => {
    const counts = { accepted: 0, refused: 0 };
    const drafts = fc
      .tuple(fc.constantFrom(...goodDrafts), fc.array(changes(proofs), { maxLength: 3 }))
      .map(([draft, list]) => list.reduce((changed, change) => change(changed), draft));
    await fc.assert(
      fc.asyncProperty(drafts, fc.boolean(), async (draft, allowLimitedAccess) => {
        const token = await signDraft(draft, identities);
        const expected = await outcomeOf(stock, token, allowLimitedAccess);
        expect(await outcomeOf(ours, token, allowLimitedAccess)).to.equal(expected);
        // Once more: now it may be remembered.
        expect(await outcomeOf(ours, token, allowLimitedAccess)).to.equal(expected);
        counts[expected.endsWith('Error') ? 'refused' : 'accepted'] += 1;
      }),
      { numRuns: TOKENS },
    );
    expect(counts.accepted).to.be.above(TOKENS / 10);
    expect(counts.refused).to.be.above(TOKENS / 10);
  });
});

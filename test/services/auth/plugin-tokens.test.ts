import { expect } from 'chai';
import type { Knex } from 'knex';
import sinon from 'sinon';
import type { AuthService } from '../../../lib/api';
import { createAuth, errorNameFor, keepingLogger, memoryDatabase } from './create-auth';
import {
  createIssuerKey,
  inSeconds,
  sign,
  signPluginToken,
  signUserToken,
  TokenAuthority,
  type IssuerKey,
} from './token-authority';

function claimsOf(token: string) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}

describe('plugin tokens', () => {
  let authority: TokenAuthority;
  let userKey: IssuerKey;
  let databases: { [pluginId in string]: Knex };
  let logger: ReturnType<typeof keepingLogger>;
  let getAuth: (pluginId: string) => Promise<AuthService>;
  let catalog: AuthService;
  let tickets: AuthService;

  beforeEach(async () => {
    authority = await TokenAuthority.start();
    userKey = await createIssuerKey();
    authority.publishUserKeys(userKey);
    databases = { catalog: memoryDatabase(), tickets: memoryDatabase() };
    logger = keepingLogger();
    getAuth = createAuth({ discovery: authority.discovery(), databases, logger });
    catalog = await getAuth('catalog');
    tickets = await getAuth('tickets');
  });

  afterEach(async () => {
    sinon.restore();
    await authority.stop();
    await Promise.all(Object.values(databases).map(knex => knex.destroy()));
  });

  /** What the HTTP router of a plugin answers. */
  async function publishKeysOf(pluginId: string, auth: AuthService) {
    authority.answers.set(`/api/${pluginId}/.backstage/auth/v1/jwks.json`, {
      status: 200,
      body: await auth.listPublicServiceKeys(),
    });
  }

  async function issue(options: Parameters<AuthService['getPluginRequestToken']>[0]) {
    const { token } = await catalog.getPluginRequestToken(options);
    await publishKeysOf('catalog', catalog);
    return token;
  }

  async function ownToken() {
    const onBehalfOf = await catalog.getOwnServiceCredentials();
    return issue({ onBehalfOf, targetPluginId: 'tickets' });
  }

  async function refusal(token: string) {
    const error = await tickets.authenticate(token).catch(reason => reason);
    const reason = logger.lines.at(-1)?.meta.reason;
    expect(error.name).to.equal(errorNameFor(reason));
    return { message: error.message, reason };
  }

  it('let a plugin call another as itself', async () => {
    const token = await ownToken();
    const { sub, aud, iat, exp, obo } = claimsOf(token);
    expect({ sub, aud, obo }).to.eql({ sub: 'catalog', aud: 'tickets', obo: undefined });
    expect(exp - iat).to.equal(3600);

    const credentials = await tickets.authenticate(token);
    expect(JSON.parse(JSON.stringify(credentials.principal))).to.eql({
      type: 'service',
      subject: 'plugin:catalog',
    });
    expect(String(credentials)).to.equal('backstageCredentials{servicePrincipal{plugin:catalog}}');
  });

  it('let a plugin call another on behalf of a user, for no longer than the user may', async () => {
    const exp = inSeconds(600);
    const user = await catalog.authenticate(await signUserToken(userKey, { exp }));
    const token = await issue({ onBehalfOf: user, targetPluginId: 'tickets' });
    expect(claimsOf(token).exp).to.equal(exp);

    const credentials = await tickets.authenticate(token);
    expect(JSON.parse(JSON.stringify(credentials.principal))).to.eql({
      type: 'user',
      userEntityRef: 'user:default/jane',
      actor: { type: 'service', subject: 'plugin:catalog' },
    });
    expect(credentials.expiresAt).to.eql(new Date(exp * 1000));
    expect(String(credentials)).to.equal(
      'backstageCredentials{userPrincipal{user:default/jane,actor={servicePrincipal{plugin:catalog}}}}',
    );
  });

  it('are refused when the user inside is no longer valid', async () => {
    const key = await createIssuerKey();
    authority.publishPluginKeys('catalog', key);
    const exp = inSeconds(-5);
    const identity = { sub: 'user:default/jane', iat: inSeconds(-60), exp };
    const obo = await sign(userKey, { typ: 'vnd.backstage.limited-user' }, identity);
    expect(await refusal(await signPluginToken(key, { obo }))).to.eql({
      message: 'Failed user token verification',
      reason: 'token-expired',
    });
  });

  it('are refused when what stands for the user is no user token', async () => {
    const key = await createIssuerKey();
    authority.publishPluginKeys('catalog', key);
    const error = await tickets
      .authenticate(await signPluginToken(key, { obo: 'something' }))
      .catch(e => e);
    expect(error.message).to.equal('Invalid user token in plugin token obo claim');
  });

  it('serve requests alike for some seconds', async () => {
    const token = await ownToken();
    expect(await ownToken()).to.equal(token);
    sinon.useFakeTimers({ now: Date.now() + 11_000, toFake: ['Date'] });
    expect(await ownToken()).not.to.equal(token);
  });

  describe('of another issuer', () => {
    let key: IssuerKey;

    beforeEach(async () => {
      key = await createIssuerKey();
      authority.publishPluginKeys('catalog', key);
    });

    const refusals: { [title in string]: [() => Promise<string>, string] } = {
      'is meant for another plugin': [
        () => signPluginToken(key, { aud: 'search' }),
        'wrong-audience',
      ],
      'has expired': [() => signPluginToken(key, { exp: inSeconds(-1) }), 'token-expired'],
      'does not expire': [() => signPluginToken(key, { exp: undefined }), 'invalid-claim'],
      'claims to be of another plugin': [
        () => {
          authority.publishPluginKeys('search');
          return signPluginToken(key, { sub: 'search' });
        },
        'unknown-key',
      ],
      'is signed with a public key as the secret': [
        async () => {
          const { SignJWT } = await import('jose');
          const { sub, aud, iat, exp } = claimsOf(await signPluginToken(key));
          return new SignJWT({ sub, aud, iat, exp })
            .setProtectedHeader({ typ: 'vnd.backstage.plugin', alg: 'HS256', kid: key.kid })
            .sign(Buffer.from(JSON.stringify(key.publicJwk)));
        },
        'algorithm-not-allowed',
      ],
    };
    for (const [title, [createToken, reason]] of Object.entries(refusals)) {
      it(`are refused when the token ${title}; the log tells why`, async () => {
        expect(await refusal(await createToken())).to.eql({
          message: 'Failed plugin token verification',
          reason,
        });
      });
    }

    for (const sub of ['../evil', 'a/b', 'evil.example.com', '%2e%2e', 'x?y', 'x#y', '', ' ']) {
      it(`never make us fetch keys from where the subject '${sub}' might lead`, async () => {
        expect(await refusal(await signPluginToken(key, { sub }))).to.include({
          reason: 'forbidden-subject',
        });
        expect(authority.requests).to.eql([]);
      });
    }

    it('are refused once the key is withdrawn', async () => {
      const token = await signPluginToken(key);
      await tickets.authenticate(token);
      authority.publishPluginKeys('catalog', await createIssuerKey());
      sinon.useFakeTimers({ now: Date.now() + 11 * 60_000, toFake: ['Date'] });
      expect(await refusal(token)).to.include({ reason: 'unknown-key' });
    });

    it('are accepted with a key that was published after we last looked', async () => {
      await tickets.authenticate(await signPluginToken(key));
      const next = await createIssuerKey();
      authority.publishPluginKeys('catalog', key, next);
      expect((await tickets.authenticate(await signPluginToken(next))).principal).to.include({
        subject: 'plugin:catalog',
      });
    });

    it('that were verified for one plugin are not good for another', async () => {
      const token = await signPluginToken(key);
      await tickets.authenticate(token);
      const error = await catalog.authenticate(token).catch(e => e);
      expect(error.message).to.equal('Failed plugin token verification');
      expect((await tickets.authenticate(token)).principal).to.include({ type: 'service' });
    });

    it('name the plugin that has no keys endpoint', async () => {
      const { message, reason } = await refusal(await signPluginToken(key, { sub: 'ancient' }));
      expect(reason).to.equal('no-keys-endpoint');
      expect(message)
        .to.include(`'ancient'`)
        .and.include('does not have a JWKS endpoint')
        .and.include('needs to be migrated');
    });
  });

  describe('for principals who may not have one', () => {
    async function refusedFor(onBehalfOf: any) {
      return catalog.getPluginRequestToken({ onBehalfOf, targetPluginId: 'tickets' }).catch(e => e);
    }

    it('are refused to nobody', async () => {
      const error = await refusedFor(await catalog.getNoneCredentials());
      expect(error.name).to.equal('AuthenticationError');
      expect(error.message).to.equal(`Refused to issue service token for credential type 'none'`);
    });

    for (const [title, credentials, received] of [
      ['nothing', undefined, 'undefined'],
      ['a token', 'x.y.z', 'string'],
      ['a promise of credentials', Promise.resolve({}), 'a promise of some; await it first'],
    ] as const) {
      it(`are refused for ${title}, saying what is wrong`, async () => {
        const error = await refusedFor(credentials);
        expect(error.message).to.equal(
          `Invalid credential type: expected credentials of the auth service, received ${received}`,
        );
      });
    }

    it('are empty for nobody where the default policy is disabled', async () => {
      const open = await createAuth({
        discovery: authority.discovery(),
        config: { dangerouslyDisableDefaultAuthPolicy: true },
      })('catalog');
      const onBehalfOf = await open.getNoneCredentials();
      expect(await open.getPluginRequestToken({ onBehalfOf, targetPluginId: 'tickets' })).to.eql({
        token: '',
      });
    });
  });

  it('can be handled by a decorator', async () => {
    const decorated = await createAuth({
      discovery: authority.discovery(),
      decorate: handler => ({
        issueToken: async () => ({ token: 'mine' }),
        verifyToken: async token =>
          token === 'mine' ? { subject: 'plugin:mine' } : handler.verifyToken(token),
      }),
    })('tickets');
    const onBehalfOf = await decorated.getOwnServiceCredentials();
    const { token } = await decorated.getPluginRequestToken({ onBehalfOf, targetPluginId: 'x' });
    expect((await decorated.authenticate(token)).principal).to.include({ subject: 'plugin:mine' });
  });
});

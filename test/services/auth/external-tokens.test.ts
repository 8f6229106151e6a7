import { expect } from 'chai';
import { SignJWT } from 'jose';
import sinon from 'sinon';
import type { AuthService } from '../../../lib/api';
import { createExternalTokenHandler } from '../../../lib/services/auth';
import { createAuth, keepingLogger, type AuthOptions } from './create-auth';
import {
  createIssuerKey,
  inSeconds,
  sign,
  TokenAuthority,
  type IssuerKey,
} from './token-authority';

const SECRET = Buffer.from('a shared secret').toString('base64');

function legacyToken(claims: object = {}, secret = SECRET) {
  return new SignJWT({ sub: 'backstage-server', exp: inSeconds(600), ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(secret, 'base64'));
}

describe('external tokens', () => {
  let authority: TokenAuthority;
  let logger: ReturnType<typeof keepingLogger>;

  beforeEach(async () => {
    authority = await TokenAuthority.start();
    logger = keepingLogger();
  });

  afterEach(async () => {
    sinon.restore();
    await authority.stop();
  });

  function createAuthWith(config: any, options: Partial<AuthOptions> = {}) {
    return createAuth({ discovery: authority.discovery(), config, logger, ...options });
  }

  async function configError(config: any, options?: Partial<AuthOptions>): Promise<string> {
    const error = await createAuthWith(config, options)('tickets').catch(e => e);
    expect(error).to.be.an('error');
    return error.message;
  }

  async function subjectOf(auth: AuthService, token: string) {
    const { principal } = (await auth.authenticate(token)) as any;
    return principal.subject;
  }

  async function refusal(auth: AuthService, token: string) {
    const error = await auth.authenticate(token).catch(e => e);
    const reasons = logger.lines
      .filter(line => line.level === 'warn')
      .map(line => line.meta.reason);
    return { name: error.name, message: error.message, reasons };
  }

  describe('of type static', () => {
    const entry = { type: 'static', options: { token: 'abcdefgh.12', subject: 'ci' } };

    it('stand for their subject', async () => {
      const auth = await createAuthWith({ externalAccess: [entry] })('tickets');
      const credentials = await auth.authenticate('abcdefgh.12');
      expect(JSON.parse(JSON.stringify(credentials.principal))).to.eql({
        type: 'service',
        subject: 'ci',
      });
    });

    it('are refused when they are others', async () => {
      const auth = await createAuthWith({ externalAccess: [entry] })('tickets');
      for (const token of ['abcdefgh.13', 'abcdefgh.1', 'abcdefgh.122', 'ABCDEFGH.12']) {
        expect(await refusal(auth, token)).to.include({ message: 'Illegal token' });
      }
    });

    for (const [options, expected] of [
      [{ token: 'short', subject: 'ci' }, `'token' must be at least 8 characters`],
      [{ token: 'with a space', subject: 'ci' }, `without white space`],
      [{ token: 'abcdefgh', subject: 'c i' }, `'subject' must be`],
      [{ token: 'abcdefgh' }, `backend.auth.externalAccess[0].options.subject`],
    ] as const) {
      it(`stop the start when they are configured as ${JSON.stringify(options)}`, async () => {
        const message = await configError({ externalAccess: [{ type: 'static', options }] });
        expect(message).to.include(expected).and.include('backend.auth.externalAccess[0].options');
        expect(message).not.to.include('with a space').and.not.include('short');
      });
    }
  });

  it('are announced at start, by subject, type and plugins, without secrets', async () => {
    await createAuthWith({
      externalAccess: [
        {
          type: 'static',
          options: { token: 'abcdefgh', subject: 'ci' },
          accessRestrictions: [{ plugin: 'catalog' }, { plugin: 'search' }],
        },
        { type: 'jwks', options: { url: 'https://example.com/keys?secret=1' } },
      ],
      keys: [{ secret: SECRET }],
    })('tickets');
    const lines = logger.lines.filter(line => line.level === 'info').map(line => line.message);
    expect(lines).to.eql([
      `External access is granted: 'ci' by static token to 'catalog', 'search'; by jwks token to all plugins; 'external:backstage-plugin' by legacy token to all plugins`,
    ]);
  });

  it('warn at start of a key that might be a misspelt restriction', async () => {
    const options = { token: 'abcdefgh', subject: 'ci' };
    await createAuthWith({
      externalAccess: [{ type: 'static', options, accessRestriction: [{ plugin: 'a' }] }],
    })('tickets');
    expect(logger.lines.filter(line => line.level === 'warn').map(line => line.message)).to.eql([
      `Ignoring the unknown key 'accessRestriction' at 'backend.auth.externalAccess[0]', expected 'type', 'options', 'accessRestrictions'`,
    ]);
  });

  describe('of type legacy', () => {
    const config = {
      externalAccess: [{ type: 'legacy', options: { secret: SECRET, subject: 'old' } }],
    };

    it('stand for their subject', async () => {
      const auth = await createAuthWith(config)('tickets');
      expect(await subjectOf(auth, await legacyToken())).to.equal('old');
    });

    const refused: { [title in string]: [() => Promise<string>, string[]] } = {
      'have expired': [
        () => legacyToken({ exp: inSeconds(-1) }),
        ['token-expired', 'no-matching-token-type'],
      ],
      'are signed with another secret': [
        () => legacyToken({}, 'AAAA'),
        ['bad-signature', 'no-matching-token-type'],
      ],
      'have another subject': [() => legacyToken({ sub: 'someone' }), ['no-matching-token-type']],
      'have an audience': [() => legacyToken({ aud: 'x' }), ['no-matching-token-type']],
    };
    for (const [title, [createToken, reasons]] of Object.entries(refused)) {
      it(`are refused when they ${title}`, async () => {
        const auth = await createAuthWith(config)('tickets');
        expect(await refusal(auth, await createToken())).to.eql({
          name: 'AuthenticationError',
          message: 'Illegal token',
          reasons,
        });
      });
    }

    it('are tried with each secret', async () => {
      const other = Buffer.from('another').toString('base64');
      const auth = await createAuthWith({
        externalAccess: [
          ...config.externalAccess,
          { type: 'legacy', options: { secret: other, subject: 'other' } },
        ],
      })('tickets');
      expect(await subjectOf(auth, await legacyToken({}, other))).to.equal('other');
      expect(logger.lines.filter(line => line.level === 'warn')).to.eql([]);
    });

    it('may be configured as backend.auth.keys, with one warning for all plugins', async () => {
      const getAuth = createAuthWith({ keys: [{ secret: SECRET }] });
      await getAuth('catalog');
      const auth = await getAuth('tickets');
      expect(await subjectOf(auth, await legacyToken())).to.equal('external:backstage-plugin');
      expect(logger.lines.filter(line => line.message.includes('DEPRECATION'))).to.have.length(1);
    });

    it('are refused after they expire, though they were accepted before', async () => {
      const auth = await createAuthWith(config)('tickets');
      const exp = inSeconds(30);
      const token = await legacyToken({ exp });
      await auth.authenticate(token);
      sinon.useFakeTimers({ now: exp * 1000, toFake: ['Date'] });
      expect(await refusal(auth, token)).to.include({ name: 'AuthenticationError' });
    });
  });

  describe('of type jwks', () => {
    let key: IssuerKey;
    let options: any;

    beforeEach(async () => {
      key = await createIssuerKey('RS256');
      authority.keys.set('/keys', [key]);
      options = {
        url: `${authority.baseUrl}/keys`,
        issuer: 'https://ci.example.com',
        audience: 'our-backend, other',
        algorithm: ['RS256'],
        subjectPrefix: 'ci',
      };
    });

    function token(claims: object = {}, signer = key) {
      const good = { sub: 'job-1', iss: 'https://ci.example.com', aud: 'our-backend' };
      return sign(signer, { alg: 'RS256' }, { ...good, exp: inSeconds(60), ...claims });
    }

    async function jwksAuth() {
      return createAuthWith({ externalAccess: [{ type: 'jwks', options }] })('tickets');
    }

    it('stand for their subject, behind the prefix', async () => {
      expect(await subjectOf(await jwksAuth(), await token())).to.equal('external:ci:job-1');
      delete options.subjectPrefix;
      expect(await subjectOf(await jwksAuth(), await token())).to.equal('external:job-1');
    });

    const refused: { [title in string]: [object, string[]] } = {
      'have expired': [{ exp: inSeconds(-1) }, ['token-expired', 'no-matching-token-type']],
      'are of another issuer': [{ iss: 'https://x.example.com' }, ['no-matching-token-type']],
      'are for another audience': [{ aud: 'x' }, ['wrong-audience', 'no-matching-token-type']],
      'have no subject': [{ sub: undefined }, ['invalid-claim', 'no-matching-token-type']],
    };
    for (const [title, [claims, reasons]] of Object.entries(refused)) {
      it(`are refused when they ${title}`, async () => {
        expect(await refusal(await jwksAuth(), await token(claims))).to.eql({
          name: 'AuthenticationError',
          message: 'Illegal token',
          reasons,
        });
      });
    }

    it('are refused when another algorithm is used than is allowed', async () => {
      options.algorithm = 'PS256';
      const { reasons } = await refusal(await jwksAuth(), await token());
      expect(reasons).to.include('algorithm-not-allowed');
    });

    it('are refused once their key is withdrawn', async () => {
      const auth = await jwksAuth();
      const good = await token({ exp: inSeconds(3600) });
      await auth.authenticate(good);
      authority.keys.set('/keys', [await createIssuerKey('RS256')]);
      sinon.useFakeTimers({ now: Date.now() + 11 * 60_000, toFake: ['Date'] });
      expect((await refusal(auth, good)).reasons).to.include('unknown-key');
    });

    it('are verified once for all plugins', async () => {
      const getAuth = createAuthWith({ externalAccess: [{ type: 'jwks', options }] });
      const good = await token();
      for (const pluginId of ['a', 'b', 'c']) {
        await (await getAuth(pluginId)).authenticate(good);
      }
      expect(authority.requests).to.eql(['/keys']);
    });

    it('stop the start when the url is none', async () => {
      options.url = 'nowhere';
      expect(await configError({ externalAccess: [{ type: 'jwks', options }] })).to.include(
        `Invalid config at 'backend.auth.externalAccess[0].options': 'url' must be an absolute URL`,
      );
    });
  });

  describe('with access restrictions', () => {
    const entry = (accessRestrictions: unknown) => ({
      type: 'static',
      options: { token: 'abcdefgh', subject: 'ci' },
      accessRestrictions,
    });

    it('are good for the plugins that these name', async () => {
      const getAuth = createAuthWith({
        externalAccess: [
          entry([
            { plugin: 'catalog', permission: 'catalog.read, catalog.write catalog.x' },
            { plugin: 'tickets', permissionAttribute: { action: ['read', 'update'] } },
          ]),
        ],
      });
      const catalog = await (await getAuth('catalog')).authenticate('abcdefgh');
      expect(JSON.parse(JSON.stringify(catalog.principal))).to.eql({
        type: 'service',
        subject: 'ci',
        accessRestrictions: { permissionNames: ['catalog.read', 'catalog.write', 'catalog.x'] },
      });
      expect(String(catalog)).to.match(
        /^backstageCredentials\{servicePrincipal\{ci,accessRestrictions=[A-Za-z0-9+/]+\}\}$/,
      );
      const tickets = await (await getAuth('tickets')).authenticate('abcdefgh');
      expect(tickets.principal).to.deep.include({
        accessRestrictions: { permissionAttributes: { action: ['read', 'update'] } },
      });
    });

    it('are refused by every other plugin', async () => {
      const getAuth = createAuthWith({
        externalAccess: [entry([{ plugin: 'a' }, { plugin: 'b' }])],
      });
      expect(await refusal(await getAuth('tickets'), 'abcdefgh')).to.eql({
        name: 'NotAllowedError',
        message: `This token's access is restricted to plugin(s) 'a', 'b'`,
        reasons: ['access-restricted-to-other-plugins'],
      });
    });

    it('are passed on only to plugins that they are not restricted for', async () => {
      const getAuth = createAuthWith(
        {
          externalAccess: [
            entry([{ plugin: 'tickets' }, { plugin: 'catalog', permission: 'catalog.read' }]),
          ],
        },
        {
          decorate: handler => ({
            ...handler,
            verifyToken: async () => undefined,
            issueToken: async () => ({ token: 't' }),
          }),
        },
      );
      const auth = await getAuth('tickets');
      const onBehalfOf = await auth.authenticate('abcdefgh');
      const delegate = (targetPluginId: string) =>
        auth.getPluginRequestToken({ onBehalfOf, targetPluginId }).catch(e => `${e}`);
      expect(await delegate('tickets')).to.eql({ token: 't' });
      expect(await delegate('catalog')).to.equal(
        `NotAllowedError: Access to target plugin 'catalog' is restricted and cannot be delegated`,
      );
      expect(await delegate('search')).to.equal(
        `NotAllowedError: Access to target plugin 'search' is not included in token's access restrictions`,
      );
    });

    for (const [restrictions, expected] of [
      [[{ plugin: 'a', permisson: 'x' }], `unknown key 'permisson'`],
      [[{ plugin: 'a' }, { plugin: 'a' }], `restrictions for plugin 'a' already`],
      [[{ plugin: 'a', permissionAttribute: { action: 'reed' } }], `got 'reed'`],
      [[{ plugin: 'a', permissionAttribute: { kind: 'x' } }], `unknown key 'kind'`],
      [[{}], `accessRestrictions[0].plugin`],
    ] as const) {
      it(`stop the start when these are ${JSON.stringify(restrictions)}`, async () => {
        expect(await configError({ externalAccess: [entry(restrictions)] }))
          .to.include(expected)
          .and.include('backend.auth.externalAccess[0].accessRestrictions');
      });
    }
  });

  describe('of a type of one’s own', () => {
    const handler = createExternalTokenHandler({
      type: 'api-key',
      initialize: ({ options }) => ({ key: options.getString('key') }),
      verifyToken: async (token, { key }) =>
        token === key ? { subject: 'external:own' } : undefined,
    });
    const config = { externalAccess: [{ type: 'api-key', options: { key: 'k' } }] };

    it('are handled by the handler that is installed', async () => {
      const auth = await createAuthWith(config, { externalTokenHandlers: [handler] })('tickets');
      expect(await subjectOf(auth, 'k')).to.equal('external:own');
    });

    it('stop the start when no handler is', async () => {
      expect(await configError(config)).to.equal(
        `Unknown type 'api-key' in backend.auth.externalAccess[0], expected one of 'static', 'legacy', 'jwks'`,
      );
    });

    it('stop the start when two handlers are', async () => {
      expect(await configError(config, { externalTokenHandlers: [handler, handler] })).to.equal(
        `Duplicate external token handler type 'api-key', each handler must have a unique type`,
      );
    });
  });
});

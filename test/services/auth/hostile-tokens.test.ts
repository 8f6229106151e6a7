import { expect } from 'chai';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import sinon from 'sinon';
import type { AuthService } from '../../../lib/api';
import { createAuth, errorNameFor, keepingLogger } from './create-auth';
import {
  createIssuerKey,
  inSeconds,
  sign,
  signPluginToken,
  signUserToken,
  TokenAuthority,
  type IssuerKey,
} from './token-authority';

const USER_KEYS = '/api/auth/.well-known/jwks.json';
const BASE64URL = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];

describe('hostile tokens', () => {
  let authority: TokenAuthority;
  let key: IssuerKey;
  let logger: ReturnType<typeof keepingLogger>;
  let auth: AuthService;

  beforeEach(async () => {
    authority = await TokenAuthority.start();
    key = await createIssuerKey();
    authority.publishUserKeys(key);
    authority.publishPluginKeys('catalog', key);
    logger = keepingLogger();
    auth = await createAuth({ discovery: authority.discovery(), logger })('tickets');
  });

  afterEach(async () => {
    sinon.restore();
    await authority.stop();
  });

  async function refusal(token: string) {
    const error = await auth.authenticate(token, { allowLimitedAccess: true }).catch(e => e);
    const reason = logger.lines.at(-1)?.meta.reason;
    expect(error.name, token).to.equal(errorNameFor(reason));
    return reason;
  }

  it('are refused with any letter of their header or claims exchanged', async () => {
    for (const token of [await signUserToken(key), await signPluginToken(key)]) {
      await auth.authenticate(token);
      const end = token.lastIndexOf('.');
      await fc.assert(
        fc.asyncProperty(
          fc.nat({ max: end - 1 }),
          fc.constantFrom(...BASE64URL, '.'),
          async (index, letter) => {
            fc.pre(token[index] !== letter && token[index] !== '.');
            await refusal(token.slice(0, index) + letter + token.slice(index + 1));
          },
        ),
        { numRuns: 200 },
      );
    }
  });

  it('are refused whatever letters they are made of', async () => {
    const part = fc.string({ unit: fc.constantFrom(...BASE64URL), maxLength: 40 });
    const json = fc.json().map(text => Buffer.from(text).toString('base64url'));
    const typ = fc
      .constantFrom('user', 'limited-user', 'plugin')
      .map(kind =>
        Buffer.from(
          JSON.stringify({ typ: `vnd.backstage.${kind}`, alg: 'ES256', kid: key.kid }),
        ).toString('base64url'),
      );
    const anything = fc.oneof(part, json, typ);
    await fc.assert(
      fc.asyncProperty(anything, anything, part, async (header, claims, signature) => {
        await refusal(`${header}.${claims}.${signature}`);
      }),
      { numRuns: 300 },
    );
  });

  for (const kid of [5, null, {}, [], '', '__proto__', 'constructor', '../key', "' or 1=1 --"]) {
    it(`are refused for the key id ${JSON.stringify(kid)}, and break nothing`, async () => {
      const stranger = { ...(await createIssuerKey()), kid: kid as string };
      await refusal(await signUserToken(stranger).catch(() => 'a.b.c'));
      expect(await auth.authenticate(await signUserToken(key))).to.have.property('principal');
    });
  }

  it('are refused when they bring or point to a key of their own, which nobody fetches', async () => {
    const stranger = await createIssuerKey();
    const elsewhere = await TokenAuthority.start();
    try {
      elsewhere.publishUserKeys(stranger);
      const url = `${elsewhere.baseUrl}${USER_KEYS}`;
      for (const header of [{ jwk: stranger.publicJwk }, { jku: url }, { x5u: url }]) {
        const token = await new SignJWT({
          sub: 'user:default/admin',
          iat: inSeconds(0),
          exp: inSeconds(60),
        })
          .setProtectedHeader({ typ: 'vnd.backstage.user', alg: 'ES256', kid: key.kid, ...header })
          .sign(stranger.privateKey);
        expect(await refusal(token)).to.equal('bad-signature');
      }
      expect(elsewhere.requests).to.eql([]);
    } finally {
      await elsewhere.stop();
    }
  });

  it('are refused when they depend on extensions that nobody knows', async () => {
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const header = { typ: 'vnd.backstage.user', alg: 'ES256', kid: key.kid, crit: ['x'], x: 1 };
    const [, claims, signature] = (await signUserToken(key)).split('.');
    expect(await refusal(`${encode(header)}.${claims}.${signature}`)).to.be.a('string');
  });

  it('are judged by the clock to the second', async () => {
    const now = inSeconds(0);
    const token = await signUserToken(key, { nbf: now + 10, exp: now + 20 });
    const clock = sinon.useFakeTimers({ now: (now + 9) * 1000, toFake: ['Date'] });
    expect(await refusal(token)).to.equal('token-not-yet-valid');
    clock.setSystemTime((now + 10) * 1000);
    await auth.authenticate(token);
    clock.setSystemTime((now + 20) * 1000);
    expect(await refusal(token)).to.equal('token-expired');
  });

  it('without a key id are accepted by the only key that fits, until the keys change', async () => {
    const token = await new SignJWT({
      sub: 'user:default/jane',
      iat: inSeconds(0),
      exp: inSeconds(3600),
    })
      .setProtectedHeader({ typ: 'vnd.backstage.user', alg: 'ES256' })
      .sign(key.privateKey);
    await auth.authenticate(token);
    await auth.authenticate(token);
    authority.publishUserKeys(await createIssuerKey());
    sinon.useFakeTimers({ now: Date.now() + 11 * 60_000, toFake: ['Date'] });
    expect(await refusal(token)).to.equal('bad-signature');
  });

  it('of plugins that do not exist leave those of plugins that do alone', async () => {
    for (let i = 0; i < 300; i++) {
      expect(await refusal(await signPluginToken(key, { sub: `invented-${i}` }))).to.equal(
        'no-keys-endpoint',
      );
    }
    await auth.authenticate(await signPluginToken(key));
  });

  describe('with hostile keys', () => {
    it('are refused when the issuer publishes the secret of an HMAC', async () => {
      const secret = Buffer.from('known to everybody');
      authority.answers.set(USER_KEYS, {
        status: 200,
        body: { keys: [{ kty: 'oct', kid: 'x', k: secret.toString('base64url'), alg: 'HS256' }] },
      });
      const token = await new SignJWT({
        sub: 'user:default/x',
        iat: inSeconds(0),
        exp: inSeconds(60),
      })
        .setProtectedHeader({ typ: 'vnd.backstage.user', alg: 'HS256', kid: 'x' })
        .sign(secret);
      expect(await refusal(token)).to.equal('algorithm-not-allowed');
    });

    it('are refused when the key is meant for something else', async () => {
      const other = { ...key, publicJwk: { ...key.publicJwk, use: 'enc' } };
      authority.publishUserKeys(other);
      expect(await refusal(await signUserToken(key))).to.equal('unknown-key');
    });

    for (const body of [
      '<html>',
      'null',
      '[]',
      '{}',
      '{"keys":1}',
      '{"keys":[1]}',
      '{"keys":null}',
    ]) {
      it(`are refused when the keys are ${body}`, async () => {
        authority.answers.set(USER_KEYS, { status: 200, body });
        expect(await refusal(await signUserToken(key))).to.equal('keys-unavailable');
      });
    }

    it('are refused when the keys are said to be elsewhere', async () => {
      const elsewhere = await TokenAuthority.start();
      try {
        elsewhere.publishUserKeys(key);
        authority.redirects.set(USER_KEYS, `${elsewhere.baseUrl}${USER_KEYS}`);
        expect(await refusal(await signUserToken(key))).to.equal('keys-unavailable');
        expect(elsewhere.requests).to.eql([]);
      } finally {
        await elsewhere.stop();
      }
    });

    it('leave an endpoint that fails alone for a second', async () => {
      authority.answers.set(USER_KEYS, { status: 500, body: {} });
      for (let i = 0; i < 20; i++) await refusal(await signUserToken(key));
      expect(authority.requests).to.have.length(1);
    });
  });

  it('never put a claim or a part of themselves into the log', async () => {
    const claims = { sub: 'user:default/secret-claim', iat: inSeconds(-60), exp: inSeconds(-1) };
    const tokens = [
      await sign(key, { typ: 'vnd.backstage.user' }, claims),
      await signPluginToken(key, { ...claims, sub: '../secret-claim' }),
      await signPluginToken(key, { aud: 'secret-claim' }),
      'secret-claim.secret-claim.secret-claim',
    ];
    for (const token of tokens) await refusal(token);
    const log = JSON.stringify(logger.lines);
    expect(log).not.to.include('secret-claim');
    for (const part of tokens.flatMap(token => token.split('.'))) expect(log).not.to.include(part);
  });
});

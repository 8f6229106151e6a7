import { expect } from 'chai';
import sinon from 'sinon';
import type { AuthService } from '../../../lib/api';
import { eventually } from '../eventually';
import { createAuth, errorNameFor, keepingLogger } from './create-auth';
import {
  createIssuerKey,
  inSeconds,
  sign,
  signUserToken,
  TokenAuthority,
  type IssuerKey,
} from './token-authority';

const USER_KEYS = '/api/auth/.well-known/jwks.json';

describe('user tokens', () => {
  let authority: TokenAuthority;
  let key: IssuerKey;
  let logger: ReturnType<typeof keepingLogger>;
  let auth: AuthService;

  beforeEach(async () => {
    authority = await TokenAuthority.start();
    key = await createIssuerKey();
    authority.publishUserKeys(key);
    logger = keepingLogger();
    auth = await createAuth({ discovery: authority.discovery(), logger })('tickets');
  });

  afterEach(async () => {
    sinon.restore();
    await authority.stop();
  });

  async function refusal(token: string) {
    const error = await auth.authenticate(token).catch(reason => reason);
    const reason = logger.lines.at(-1)?.meta.reason;
    expect(error.name).to.equal(errorNameFor(reason));
    return { message: error.message, reason };
  }

  it('become credentials of the user, with the token hidden inside', async () => {
    const exp = inSeconds(1800);
    const token = await signUserToken(key, { exp });
    const credentials = await auth.authenticate(token);

    expect(JSON.parse(JSON.stringify(credentials))).to.eql({
      $$type: '@backstage/BackstageCredentials',
      version: 'v1',
      expiresAt: new Date(exp * 1000).toISOString(),
      principal: { type: 'user', userEntityRef: 'user:default/jane' },
    });
    expect(credentials).to.have.property('token', token);
    expect(Object.create(credentials)).to.have.property('token', token);
    expect({ ...credentials }).not.to.have.property('token');
    expect(String(credentials)).to.equal('backstageCredentials{userPrincipal{user:default/jane}}');
    expect(auth.isPrincipal(credentials, 'user')).to.equal(true);
    expect(auth.isPrincipal(credentials, 'service')).to.equal(false);
    expect(auth.isPrincipal(credentials, 'unknown')).to.equal(true);
  });

  it('of the time before types are accepted by their audience', async () => {
    const claims = { sub: 'user:default/old', aud: 'backstage', exp: inSeconds(60) };
    const credentials = await auth.authenticate(await sign(key, {}, claims));
    expect(credentials.principal).to.include({ userEntityRef: 'user:default/old' });
  });

  const refusals: { [title in string]: [() => Promise<string>, string] } = {
    'has expired': [() => signUserToken(key, { exp: inSeconds(-1) }), 'token-expired'],
    'is not valid yet': [() => signUserToken(key, { nbf: inSeconds(60) }), 'token-not-yet-valid'],
    'has no subject': [() => signUserToken(key, { sub: undefined }), 'invalid-claim'],
    'has no expiry': [() => signUserToken(key, { exp: undefined }), 'invalid-claim'],
    'is signed by an unknown key': [
      async () => signUserToken(await createIssuerKey()),
      'unknown-key',
    ],
    'is signed by a stranger under a known key id': [
      async () => signUserToken({ ...(await createIssuerKey()), kid: key.kid }),
      'bad-signature',
    ],
    'was changed': [
      async () => {
        const [header, claims, signature] = (await signUserToken(key)).split('.');
        const changed = JSON.parse(Buffer.from(claims, 'base64url').toString());
        changed.sub = 'user:default/admin';
        return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join(
          '.',
        );
      },
      'bad-signature',
    ],
    'has no signature and says so': [
      async () => {
        const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
        const claims = { sub: 'user:default/admin', iat: inSeconds(0), exp: inSeconds(60) };
        return `${encode({ typ: 'vnd.backstage.user', alg: 'none' })}.${encode(claims)}.`;
      },
      'algorithm-not-allowed',
    ],
  };
  for (const [title, [createToken, reason]] of Object.entries(refusals)) {
    it(`are refused when the token ${title}; the log tells why`, async () => {
      expect(await refusal(await createToken())).to.eql({
        message: 'Failed user token verification',
        reason,
      });
    });
  }

  it('never reach the log', async () => {
    const token = await signUserToken(key, { exp: inSeconds(-1) });
    await refusal(token);
    for (const part of token.split('.')) {
      expect(JSON.stringify(logger.lines)).not.to.include(part);
    }
  });

  for (const token of ['', 'x', 'a.b.c', '..', `${'x'.repeat(70_000)}`]) {
    it(`are refused when they are none at all: '${token.slice(0, 10)}'`, async () => {
      const reason = token.length > 65_536 ? 'token-too-long' : 'no-matching-token-type';
      expect(await refusal(token)).to.eql({ message: 'Illegal token', reason });
    });
  }

  it('are refused when there is no token at all', async () => {
    expect(await refusal(undefined as never)).to.include({ message: 'Illegal token' });
  });

  it('are refused while the auth plugin is away, and accepted once it is back', async () => {
    const token = await signUserToken(key);
    authority.answers.set(USER_KEYS, { status: 503, body: {} });
    expect(await refusal(token)).to.include({ reason: 'keys-unavailable' });

    authority.answers.delete(USER_KEYS);
    sinon.useFakeTimers({ now: Date.now() + 2_000, toFake: ['Date'] });
    expect(await auth.authenticate(token)).to.have.nested.property('principal.type', 'user');
  });

  it('are refused when discovery does not know the auth plugin', async () => {
    const getBaseUrl = async () => Promise.reject(new Error('no such plugin'));
    const discovery = { getBaseUrl, getExternalBaseUrl: getBaseUrl };
    auth = await createAuth({ discovery, logger })('tickets');
    expect(await refusal(await signUserToken(key))).to.include({ reason: 'keys-unavailable' });
  });

  it('are verified by the keys of where discovery says the auth plugin is now', async () => {
    const moved = await TokenAuthority.start();
    try {
      const movedKey = await createIssuerKey();
      moved.publishUserKeys(movedKey);
      let current = authority;
      const getBaseUrl = async (id: string) => current.discovery().getBaseUrl(id);
      const discovery = { getBaseUrl, getExternalBaseUrl: getBaseUrl };
      auth = await createAuth({ discovery, logger })('tickets');
      const before = await signUserToken(key);
      await auth.authenticate(before);

      current = moved;
      sinon.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] });
      await auth.authenticate(await signUserToken(movedKey));
      expect(await refusal(before)).to.include({ reason: 'unknown-key' });
    } finally {
      await moved.stop();
    }
  });

  describe('cut down to limited ones', () => {
    it('are accepted where limited access is, and nowhere else', async () => {
      const full = await auth.authenticate(await signUserToken(key));
      if (!auth.isPrincipal(full, 'user')) throw new Error('not a user');
      const { token, expiresAt } = await auth.getLimitedUserToken(full);

      expect(expiresAt).to.eql(full.expiresAt);
      const header = JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString());
      expect(header).to.eql({ typ: 'vnd.backstage.limited-user', alg: 'ES256', kid: key.kid });
      const limited = await auth.authenticate(token, { allowLimitedAccess: true });
      expect(limited.principal).to.eql(full.principal);
      expect(await refusal(token)).to.eql({
        message: 'Illegal limited user token',
        reason: 'limited-token-not-allowed',
      });
    });

    it('stay what they are when limited again', async () => {
      const full = await auth.authenticate(await signUserToken(key));
      const first = await auth.getLimitedUserToken(full as any);
      const limited = await auth.authenticate(first.token, { allowLimitedAccess: true });
      expect(await auth.getLimitedUserToken(limited as any)).to.eql(first);
    });

    it('need the identity proof inside', async () => {
      const claims = { sub: 'user:default/jane', iat: inSeconds(0), exp: inSeconds(60) };
      const token = await sign(key, { typ: 'vnd.backstage.user' }, claims);
      const error = await auth
        .getLimitedUserToken((await auth.authenticate(token)) as any)
        .catch(e => e);
      expect(error.name).to.equal('AuthenticationError');
    });
  });

  describe('that were verified', () => {
    it('are refused from the moment they expire', async () => {
      const exp = inSeconds(30);
      const token = await signUserToken(key, { exp });
      await auth.authenticate(token);
      sinon.useFakeTimers({ now: exp * 1000, toFake: ['Date'] });
      expect(await refusal(token)).to.include({ reason: 'token-expired' });
    });

    it('are refused once their key is withdrawn', async () => {
      const token = await signUserToken(key);
      await auth.authenticate(token);
      authority.publishUserKeys(await createIssuerKey());
      sinon.useFakeTimers({ now: Date.now() + 11 * 60_000, toFake: ['Date'] });
      expect(await refusal(token)).to.include({ reason: 'unknown-key' });
    });

    it('are refused once another key takes the id of theirs', async () => {
      const token = await signUserToken(key);
      await auth.authenticate(token);
      const successor = await createIssuerKey();
      authority.publishUserKeys({
        ...successor,
        publicJwk: { ...successor.publicJwk, kid: key.kid },
      });
      sinon.useFakeTimers({ now: Date.now() + 11 * 60_000, toFake: ['Date'] });
      expect(await refusal(token)).to.include({ reason: 'bad-signature' });
    });

    it('are accepted with a key that was published while we were fetching the keys', async () => {
      let release = () => {};
      authority.held = new Promise(resolve => (release = resolve));
      const first = auth.authenticate(await signUserToken(key));
      await eventually(() => expect(authority.requests).to.have.length(1));

      const next = await createIssuerKey();
      authority.publishUserKeys(key, next);
      const second = auth.authenticate(await signUserToken(next));
      release();
      expect(await Promise.all([first, second])).to.have.length(2);
      expect(authority.requests).to.have.length(2);
    });

    it('stay accepted while keys are added', async () => {
      const token = await signUserToken(key);
      await auth.authenticate(token);
      const added = await createIssuerKey();
      authority.publishUserKeys(added, key);
      expect((await auth.authenticate(await signUserToken(added))).principal).to.include({
        type: 'user',
      });
      await auth.authenticate(token);
      expect(authority.requests).to.have.length(2);
    });
  });

  it('with unknown key ids make us ask for keys at most ten times a minute', async () => {
    const stranger = await createIssuerKey();
    for (let i = 0; i < 30; i++) {
      await refusal(await signUserToken({ ...stranger, kid: `guess-${i}` }));
    }
    expect(authority.requests.length).to.be.at.most(10);
  });

  it('with a new key are accepted as soon as the keys can be had again, however often they could not', async () => {
    await auth.authenticate(await signUserToken(key));
    const rotated = await createIssuerKey();
    const token = await signUserToken(rotated);
    authority.answers.set(USER_KEYS, { status: 503, body: {} });
    const clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
    for (let i = 0; i < 20; i++) {
      expect(await refusal(token)).to.include({ reason: 'keys-unavailable' });
      clock.tick(1_100);
    }
    authority.answers.delete(USER_KEYS);
    authority.publishUserKeys(rotated);
    await auth.authenticate(token);
  });

  it('are verified once for many requests at the same time', async () => {
    const token = await signUserToken(key);
    await Promise.all(Array.from({ length: 50 }, () => auth.authenticate(token)));
    expect(authority.requests).to.eql([USER_KEYS]);
  });
});

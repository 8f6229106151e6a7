import { expect } from 'chai';
import sinon from 'sinon';
import { VerifiedTokens } from '../../../lib/services/auth/verified-tokens';

const HOUR = 3600_000;

describe('verified tokens', () => {
  const owner = {};

  afterEach(() => sinon.restore());

  function verification(options: { expiresAt?: number; isTrusted?: () => boolean } = {}) {
    return sinon.spy(async () => ({
      result: 'jane',
      expiresAt: options.expiresAt ?? Date.now() + HOUR,
      isTrusted: options.isTrusted ?? (() => true),
    }));
  }

  it('are found by whoever verified them, and by nobody else', async () => {
    const tokens = new VerifiedTokens();
    await tokens.verify('t', 'user', owner, verification());
    expect(tokens.find('t', owner)).to.equal('jane');
    expect(tokens.find('t', {})).to.equal(undefined);
    expect(tokens.kindOf('t')).to.equal('user');
  });

  it('are verified once for simultaneous requests', async () => {
    const tokens = new VerifiedTokens();
    const verify = verification();
    const results = await Promise.all([
      tokens.verify('t', 'user', owner, verify),
      tokens.verify('t', 'user', owner, verify),
    ]);
    expect(results).to.eql(['jane', 'jane']);
    expect(verify.callCount).to.equal(1);
  });

  it('are forgotten when they expire', async () => {
    const tokens = new VerifiedTokens();
    const expiresAt = Date.now() + HOUR;
    await tokens.verify('t', 'user', owner, verification({ expiresAt }));
    sinon.useFakeTimers({ now: expiresAt, toFake: ['Date'] });
    expect(tokens.find('t', owner)).to.equal(undefined);
    expect(tokens.size).to.equal(0);
  });

  it('are forgotten when their key is no longer in force', async () => {
    const tokens = new VerifiedTokens();
    let trusted = true;
    await tokens.verify('t', 'user', owner, verification({ isTrusted: () => trusted }));
    trusted = false;
    expect(tokens.find('t', owner)).to.equal(undefined);
    expect(tokens.size).to.equal(0);
  });

  it('are never remembered when the verification fails', async () => {
    const tokens = new VerifiedTokens();
    const fail = () => Promise.reject(new Error('no'));
    const message = await tokens.verify('t', 'user', owner, fail).catch((e: Error) => e.message);
    expect(message).to.equal('no');
    expect(tokens.size).to.equal(0);
    expect(await tokens.verify('t', 'user', owner, verification())).to.equal('jane');
  });

  it('are no more than a given number, the ones used last', async () => {
    const tokens = new VerifiedTokens({ maxEntries: 3 });
    for (const token of ['a', 'b', 'c']) {
      await tokens.verify(token, 'user', owner, verification());
    }
    tokens.find('a', owner);
    await tokens.verify('d', 'user', owner, verification());
    expect(tokens.size).to.equal(3);
    expect(['a', 'b', 'c', 'd'].filter(token => tokens.find(token, owner))).to.eql(['a', 'c', 'd']);
  });

  it('are not remembered when they are huge', async () => {
    const tokens = new VerifiedTokens({ maxTokenLength: 10 });
    await tokens.verify('x'.repeat(11), 'user', owner, verification());
    expect(tokens.size).to.equal(0);
  });
});

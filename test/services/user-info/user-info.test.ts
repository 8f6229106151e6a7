import { expect } from 'chai';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import sinon from 'sinon';
import {
  createServiceCredentials,
  createUserCredentials,
} from '../../../lib/services/auth/credentials';
import { CachedUserInfoService } from '../../../lib/services/user-info/cached-user-info-service';
import { DefaultUserInfoService } from '../../../lib/services/user-info/default-user-info-service';

const SUB = 'user:default/jane';
const ENT = [SUB, 'group:default/team'];

function userWith(claims: object) {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return createUserCredentials({
    userEntityRef: SUB,
    token: `e30.${payload}.sig`,
    expiresAt: new Date(Date.now() + 3600_000),
  });
}

describe('user info', () => {
  const requests: { url?: string; authorization?: string }[] = [];
  let server: Server;
  let answer: { status: number; body: unknown };
  let service: DefaultUserInfoService;

  beforeEach(async () => {
    requests.length = 0;
    answer = { status: 200, body: { claims: { sub: SUB, ent: ENT } } };
    server = createServer((req, res) => {
      requests.push({ url: req.url, authorization: req.headers.authorization });
      res.writeHead(answer.status, { 'content-type': 'application/json' });
      res.end(JSON.stringify(answer.body));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const getBaseUrl = async (id: string) => `http://127.0.0.1:${port}/api/${id}`;
    service = new DefaultUserInfoService({
      discovery: { getBaseUrl, getExternalBaseUrl: getBaseUrl },
    });
  });

  afterEach(async () => {
    sinon.restore();
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  it('comes from the token when the token has it', async () => {
    expect(await service.getUserInfo(userWith({ sub: SUB, ent: ENT }))).to.eql({
      userEntityRef: SUB,
      ownershipEntityRefs: ENT,
    });
    expect(requests).to.eql([]);
  });

  it('comes from the auth plugin otherwise', async () => {
    const credentials = userWith({ sub: SUB });
    expect(await service.getUserInfo(credentials)).to.eql({
      userEntityRef: SUB,
      ownershipEntityRefs: ENT,
    });
    expect(requests).to.eql([
      { url: '/api/auth/v1/userinfo', authorization: `Bearer ${credentials.token}` },
    ]);
  });

  it('is there for users only', async () => {
    const credentials = createServiceCredentials({ subject: 'plugin:x' });
    const error = await service.getUserInfo(credentials).catch(e => e);
    expect(error.message).to.equal('Only user credentials are supported');
  });

  it('fails as the auth plugin does', async () => {
    answer = { status: 401, body: { error: { name: 'AuthenticationError', message: 'no' } } };
    const error = await service.getUserInfo(userWith({ sub: SUB })).catch(e => e);
    expect(error).to.have.property('name', 'ResponseError');
    expect(error.statusCode).to.equal(401);
  });

  for (const [claims, expected] of [
    [{ ent: ENT }, 'User entity ref must be a string'],
    [{ sub: SUB, ent: [1] }, 'Ownership entity refs must be an array of strings'],
    [{ sub: SUB, ent: 'x' }, 'Ownership entity refs must be an array of strings'],
    [{ sub: SUB }, 'Ownership entity refs can not be determined'],
  ] as const) {
    it(`fails for the claims ${JSON.stringify(claims)}`, async () => {
      answer.body = { claims: {} };
      const error = await service.getUserInfo(userWith(claims)).catch(e => e);
      expect(error.message).to.equal(expected);
    });
  }

  describe('that is remembered', () => {
    it('serves all plugins for five seconds', async () => {
      const cache = new Map();
      const [one, other] = [0, 1].map(() => new CachedUserInfoService(service, cache));
      const credentials = userWith({ sub: SUB });
      const clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
      await Promise.all([one.getUserInfo(credentials), other.getUserInfo(credentials)]);
      expect(requests).to.have.length(1);
      clock.setSystemTime(Date.now() + 5_001);
      await other.getUserInfo(credentials);
      expect(requests).to.have.length(2);
    });

    it('leaves out failures', async () => {
      const cached = new CachedUserInfoService(service, new Map());
      answer.status = 500;
      await cached.getUserInfo(userWith({ sub: SUB })).catch(() => {});
      answer.status = 200;
      expect(await cached.getUserInfo(userWith({ sub: SUB }))).to.include({ userEntityRef: SUB });
    });

    it('is bounded', async () => {
      const cache = new Map();
      const cached = new CachedUserInfoService(service, cache);
      for (let i = 0; i < 1200; i++) {
        await cached.getUserInfo(userWith({ sub: SUB, ent: ENT, i }));
      }
      expect(cache.size).to.equal(1000);
    });
  });
});

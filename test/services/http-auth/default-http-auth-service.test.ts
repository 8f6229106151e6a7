import { AuthenticationError } from '@backstage/errors';
import { expect } from 'chai';
import express from 'express';
import request from 'supertest';
import type { AuthService, HttpAuthService } from '../../../lib/api';
import {
  createNoneCredentials,
  createServiceCredentials,
  createUserCredentials,
} from '../../../lib/services/auth/credentials';
import { withReason } from '../../../lib/services/auth/errors';
import {
  DefaultHttpAuthService,
  type DefaultHttpAuthServiceOptions,
} from '../../../lib/services/http-auth';

const EXPIRES_AT = new Date(Date.now() + 3600_000);

/** Knows the tokens `user`, `limited`, `soon` (a limited one that expires soon) and `service`. */
function fakeAuth() {
  const calls: string[] = [];
  const user = (token: string, expiresAt = EXPIRES_AT) =>
    createUserCredentials({ userEntityRef: 'user:default/jane', token, expiresAt });
  const auth = {
    calls,
    async authenticate(token: string, options?: { allowLimitedAccess?: boolean }) {
      calls.push(token);
      if (token === 'user') return user(token);
      if (token === 'limited' && options?.allowLimitedAccess) return user(token);
      if (token === 'soon') return user(token, new Date(Date.now() + 60_000));
      if (token === 'service') return createServiceCredentials({ subject: 'plugin:catalog' });
      if (token === 'broken') throw new Error('the database is away');
      throw withReason(new AuthenticationError('Illegal token'), 'no-matching-token-type');
    },
    getNoneCredentials: async () => createNoneCredentials(),
    isPrincipal: ({ principal }: any, type: string) => principal.type === type,
    getLimitedUserToken: async () => ({ token: 'limited', expiresAt: EXPIRES_AT }),
  };
  return auth as unknown as AuthService & { calls: string[] };
}

describe('the HTTP auth service', () => {
  const denials: Record<string, unknown>[] = [];
  let auth: ReturnType<typeof fakeAuth>;

  beforeEach(() => {
    denials.length = 0;
    auth = fakeAuth();
  });

  function create(options: Partial<DefaultHttpAuthServiceOptions> & { externalUrl?: string } = {}) {
    const { externalUrl = 'https://backstage.example.com:8443/api/tickets', ...rest } = options;
    const log = () => {};
    const logger = { info: (_: string, meta?: any) => void denials.push(meta) };
    return DefaultHttpAuthService.create({
      auth,
      discovery: {
        getBaseUrl: async () => externalUrl,
        getExternalBaseUrl: async () => externalUrl,
      },
      pluginId: 'tickets',
      logger: { ...logger, error: log, warn: log, debug: log, child: () => logger } as any,
      ...rest,
    });
  }

  /** An app whose one route does `handle` and answers with what comes of it. */
  function serve(handle: (req: express.Request, res: express.Response) => Promise<unknown>) {
    const router = express.Router();
    router.use((req, res, next) => {
      handle(req, res).then(value => res.headersSent || res.json(value ?? null), next);
    });
    const app = express().use('/api/tickets', router);
    app.use(((error, _req, res, _next) => {
      res.status(500).json({ error: `${error}` });
    }) as express.ErrorRequestHandler);
    return request(app);
  }

  const principalOf = (httpAuth: HttpAuthService, options?: any) =>
    serve(async req => (await httpAuth.credentials(req, options)).principal);

  describe('reads credentials', () => {
    for (const header of ['Bearer user', 'bearer user', 'BEARER   user']) {
      it(`from the header '${header}'`, async () => {
        const res = await principalOf(create()).get('/api/tickets').set('authorization', header);
        expect(res.body).to.eql({ type: 'user', userEntityRef: 'user:default/jane' });
      });
    }

    for (const header of ['Bearer', 'Basic user', 'Bearer us er', 'user', 'xBearer user']) {
      it(`of nobody from the header '${header}'`, async () => {
        const res = await principalOf(create()).get('/api/tickets').set('authorization', header);
        expect(res.body).to.eql({ type: 'none' });
      });
    }

    it('from where a function of one’s own finds the token', async () => {
      const httpAuth = create({ getTokenFromRequest: req => ({ token: `${req.query.token}` }) });
      const res = await principalOf(httpAuth).get('/api/tickets?token=service');
      expect(res.body).to.include({ subject: 'plugin:catalog' });
    });

    it('from the cookie, only where limited access is allowed', async () => {
      const cookie = 'a=b; backstage-auth=limited';
      const limited = principalOf(create(), { allowLimitedAccess: true });
      expect((await limited.get('/api/tickets').set('cookie', cookie)).body.type).to.equal('user');
      const full = principalOf(create());
      expect((await full.get('/api/tickets').set('cookie', cookie)).body.type).to.equal('none');
    });

    it('from the header rather than the cookie', async () => {
      const res = await principalOf(create(), { allowLimitedAccess: true })
        .get('/api/tickets')
        .set('authorization', 'Bearer service')
        .set('cookie', 'backstage-auth=limited');
      expect(res.body.type).to.equal('service');
    });

    it('once per request', async () => {
      const httpAuth = create();
      await serve(async req => {
        await httpAuth.credentials(req);
        await httpAuth.credentials(req, { allow: ['user'] });
      })
        .get('/api/tickets')
        .set('authorization', 'Bearer user');
      expect(auth.calls).to.eql(['user']);
    });
  });

  describe('denies', () => {
    it('requests without credentials, and says so in the log, without the query', async () => {
      const res = await principalOf(create(), { allow: ['user', 'service'] }).get(
        '/api/tickets/list?secret=1',
      );
      expect(res.body.error).to.equal('AuthenticationError: Missing credentials');
      expect(denials).to.eql([
        { reason: 'missing-credentials', method: 'GET', path: '/api/tickets/list' },
      ]);
    });

    for (const [token, allow] of [
      ['user', ['service']],
      ['service', ['user', 'none']],
    ] as const) {
      it(`${token} credentials where only ${allow.join(' and ')} may pass`, async () => {
        const res = await principalOf(create(), { allow })
          .post('/api/tickets')
          .set('authorization', `Bearer ${token}`);
        expect(res.body.error).to.equal(
          `NotAllowedError: This endpoint does not allow '${token}' credentials`,
        );
        expect(denials[0]).to.include({ reason: 'principal-not-allowed', method: 'POST' });
      });
    }

    it('tokens that the auth service refuses, and repeats its reason in the log only', async () => {
      const res = await principalOf(create())
        .get('/api/tickets/list')
        .set('authorization', 'Bearer nonsense');
      expect(JSON.stringify(res.body)).not.to.include('no-matching-token-type');
      expect(denials).to.eql([
        { reason: 'no-matching-token-type', method: 'GET', path: '/api/tickets/list' },
      ]);
    });

    it('nobody where nobody is welcome', async () => {
      const res = await principalOf(create(), { allow: ['none'] }).get('/api/tickets');
      expect(res.body).to.eql({ type: 'none' });
      expect(denials).to.eql([]);
    });
  });

  describe('issues the user cookie', () => {
    const issue = (httpAuth: HttpAuthService, credentials?: any) =>
      serve((_req, res) => httpAuth.issueUserCookie(res, credentials && { credentials }));

    const cookieOf = (res: { headers: any }) => res.headers['set-cookie'] as string[] | undefined;

    const expires = `Expires=${EXPIRES_AT.toUTCString()}`;
    for (const [title, options, attributes] of [
      [
        'for https',
        {},
        'Domain=backstage.example.com; Path=/; ' +
          `${expires}; HttpOnly; Secure; Priority=High; SameSite=None`,
      ],
      [
        'for http',
        { externalUrl: 'http://backstage.example.com/api/tickets' },
        `Domain=backstage.example.com; Path=/; ${expires}; HttpOnly; Priority=High; SameSite=Lax`,
      ],
      [
        'for localhost',
        { externalUrl: 'http://localhost:7007/api/tickets' },
        `Domain=localhost; Path=/; ${expires}; HttpOnly; Secure; Priority=High; SameSite=None`,
      ],
      [
        'for this host only',
        { hostOnlyCookie: true },
        `Path=/; ${expires}; HttpOnly; Secure; Priority=High; SameSite=None`,
      ],
    ] as const) {
      it(title, async () => {
        const res = await issue(create(options))
          .get('/api/tickets')
          .set('authorization', 'Bearer user');
        expect(cookieOf(res)).to.eql([`backstage-auth=limited; ${attributes}`]);
        expect(res.body).to.eql({ expiresAt: EXPIRES_AT.toISOString() });
      });
    }

    it('for given credentials', async () => {
      const credentials = await auth.authenticate('user');
      expect(cookieOf(await issue(create(), credentials).get('/api/tickets'))).to.have.length(1);
    });

    it('unless the present one holds for more than five minutes', async () => {
      const res = await issue(create())
        .get('/api/tickets')
        .set('authorization', 'Bearer user')
        .set('cookie', 'backstage-auth=limited');
      expect(cookieOf(res)).to.equal(undefined);
      expect(res.body).to.eql({ expiresAt: EXPIRES_AT.toISOString() });
    });

    for (const present of ['soon', 'service', 'nonsense']) {
      it(`in place of a present one that is ${present}`, async () => {
        const res = await issue(create())
          .get('/api/tickets')
          .set('authorization', 'Bearer user')
          .set('cookie', `backstage-auth=${present}`);
        expect(cookieOf(res)?.[0]).to.match(/^backstage-auth=limited; /);
      });
    }

    it('and removes it for nobody', async () => {
      const res = await issue(create(), createNoneCredentials()).get('/api/tickets');
      expect(cookieOf(res)?.[0]).to.match(/^backstage-auth=; .*Expires=Thu, 01 Jan 1970/);
    });

    it('to users only', async () => {
      const credentials = createServiceCredentials({ subject: 'plugin:x' });
      const res = await issue(create(), credentials).get('/api/tickets');
      expect(res.body.error).to.equal(
        'AuthenticationError: Refused to issue cookie for non-user principal',
      );
      expect((await issue(create()).get('/api/tickets')).body.error).to.equal(
        'AuthenticationError: Missing credentials',
      );
    });

    it('not after the headers were sent', async () => {
      const httpAuth = create();
      let message = '';
      await serve(async (_req, res) => {
        res.json({});
        message = await httpAuth.issueUserCookie(res).then(String, error => error.message);
      }).get('/api/tickets');
      expect(message).to.equal('Failed to issue user cookie, headers were already sent');
    });

    it('not when the present one cannot be checked', async () => {
      const res = await issue(create())
        .get('/api/tickets')
        .set('authorization', 'Bearer user')
        .set('cookie', 'backstage-auth=broken');
      expect(res.body.error).to.equal('Error: the database is away');
    });
  });
});

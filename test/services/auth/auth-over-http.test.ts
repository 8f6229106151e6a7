import { expect } from 'chai';
import express from 'express';
import sinon from 'sinon';
import request from 'supertest';
import {
  coreServices,
  createBackendPlugin,
  createServiceFactory,
  createSpecializedBackend,
  defaultServiceFactories,
  type BackendFeature,
  type RootLoggerService,
} from 'backstage-forklift';
import {
  authServiceFactory,
  createExternalTokenHandler,
  externalTokenHandlersServiceRef,
  httpAuthServiceFactory,
  pluginTokenHandlerDecoratorServiceRef,
} from 'backstage-forklift/services';
import { mockServices, startTestBackend } from 'backstage-forklift/testing';
import { eventually } from '../eventually';
import { keepingLogger } from './create-auth';
import { createIssuerKey, inSeconds, signUserToken, type IssuerKey } from './token-authority';

/** A plugin that tells who asks, and asks another for the same. */
const createAskingPlugin = (pluginId: string) =>
  createBackendPlugin({
    pluginId,
    register(reg) {
      const { auth, discovery, httpAuth, httpRouter } = coreServices;
      reg.registerInit({
        deps: { auth, discovery, httpAuth, httpRouter },
        async init(services) {
          const router = express.Router();
          router.get('/who', (req, res, next) => {
            services.httpAuth.credentials(req).then(({ principal }) => res.json(principal), next);
          });
          router.get('/ask', (req, res, next) => {
            const ask = async () => {
              const { token } = await services.auth.getPluginRequestToken({
                onBehalfOf: await services.httpAuth.credentials(req),
                targetPluginId: 'answering',
              });
              const baseUrl = await services.discovery.getBaseUrl('answering');
              const headers: Record<string, string> = token
                ? { authorization: `Bearer ${token}` }
                : {};
              const response = await fetch(`${baseUrl}/who`, { headers });
              return response.json();
            };
            ask().then(answer => res.json(answer), next);
          });
          services.httpRouter.use(router);
        },
      });
    },
  });

describe('authentication over HTTP', () => {
  let userKey: IssuerKey;
  let keysAreAway: boolean;

  beforeEach(async () => {
    userKey = await createIssuerKey();
    keysAreAway = false;
  });

  afterEach(() => sinon.restore());

  const authPlugin = createBackendPlugin({
    pluginId: 'auth',
    register(reg) {
      reg.registerInit({
        deps: { httpRouter: coreServices.httpRouter },
        async init({ httpRouter }) {
          const router = express.Router();
          router.get('/.well-known/jwks.json', (_req, res) => {
            if (keysAreAway) res.status(500).end();
            else res.json({ keys: [userKey.publicJwk] });
          });
          httpRouter.use(router);
          httpRouter.addAuthPolicy({ path: '/.well-known', allow: 'unauthenticated' });
        },
      });
    },
  });

  const start = (auth: object = {}, features: BackendFeature[] = []) =>
    startTestBackend({
      features: [
        mockServices.rootConfig.factory({ data: { backend: { auth } } }),
        authServiceFactory,
        httpAuthServiceFactory,
        authPlugin,
        createAskingPlugin('asking'),
        createAskingPlugin('answering'),
        ...features,
      ],
    });

  it('lets plugins call each other for users', async () => {
    const { server } = await start();
    const { body } = await request(server)
      .get('/api/asking/ask')
      .set('authorization', `Bearer ${await signUserToken(userKey)}`)
      .expect(200);
    expect(body).to.eql({
      type: 'user',
      userEntityRef: 'user:default/jane',
      actor: { type: 'service', subject: 'plugin:asking' },
    });
  });

  it('keeps out nobody, unless the default policy is disabled', async () => {
    const { server } = await start();
    await request(server).get('/api/asking/ask').expect(401);

    const open = await start({ dangerouslyDisableDefaultAuthPolicy: true });
    const { body } = await request(open.server).get('/api/asking/ask').expect(200);
    expect(body).to.eql({ type: 'none' });
  });

  it('turns down a user whose token expires or whose key is withdrawn, within ten minutes', async () => {
    const { server } = await start();
    const ask = (token: string) =>
      request(server).get('/api/asking/who').set('authorization', `Bearer ${token}`);
    const exp = inSeconds(60);
    const short = await signUserToken(userKey, { exp });
    const long = await signUserToken(userKey);
    await ask(short).expect(200);
    await ask(long).expect(200);

    const clock = sinon.useFakeTimers({ now: exp * 1000, toFake: ['Date'] });
    const refused = await ask(short).expect(401);
    expect(refused.body.error).to.eql({
      name: 'AuthenticationError',
      message: 'Failed user token verification',
    });
    await ask(long).expect(200);

    userKey = await createIssuerKey();
    clock.setSystemTime(exp * 1000 + 10 * 60_000);
    await ask(long).expect(401);
  });

  it('asks users to come again while nobody can tell whether their token is good', async () => {
    const { server } = await start();
    const token = await signUserToken(userKey);
    const ask = () =>
      request(server).get('/api/asking/who').set('authorization', `Bearer ${token}`);
    keysAreAway = true;
    const refused = await ask().expect(503);
    expect(refused.body.error).to.eql({
      name: 'ServiceUnavailableError',
      message: 'Failed user token verification',
    });
    keysAreAway = false;
    await eventually(() => ask().expect(200));
  });

  it('stops the start before the backend listens, with one error, when its configuration is wrong', async () => {
    const logger = keepingLogger();
    const data = {
      backend: {
        baseUrl: 'http://localhost:7007',
        listen: { port: 0 },
        auth: { externalAccess: [{ type: 'static', options: { token: 'tiny', subject: 'ci' } }] },
      },
    };
    const backend = createSpecializedBackend({
      defaultServiceFactories,
      onStartupFailure: 'throw',
    });
    backend.add(mockServices.rootConfig.factory({ data }));
    backend.add(
      createServiceFactory({
        service: coreServices.rootLogger,
        deps: {},
        factory: () => logger as RootLoggerService,
      }),
    );
    backend.add(createAskingPlugin('asking'));
    backend.add(createAskingPlugin('answering'));

    const error = await backend.start().catch(e => e);
    const mistake = `Invalid config at 'backend.auth.externalAccess[0].options': 'token' must be at least 8 characters`;
    expect(error.message.split(mistake)).to.have.length(2);
    expect(error.message).not.to.include('tiny');
    expect(logger.lines.filter(line => line.message.includes('Listening'))).to.eql([]);
  });

  it('accepts the tokens of handlers that are installed', async () => {
    const apiKeys = createServiceFactory({
      service: externalTokenHandlersServiceRef,
      deps: {},
      factory: () =>
        createExternalTokenHandler({
          type: 'api-key',
          initialize: ({ options }) => ({ key: options.getString('key') }),
          verifyToken: async (token, { key }) =>
            token === key ? { subject: 'external:ci' } : undefined,
        }),
    });
    const decorator = createServiceFactory({
      service: pluginTokenHandlerDecoratorServiceRef,
      deps: {},
      factory: () => handler => ({
        issueToken: options => handler.issueToken(options),
        verifyToken: async token =>
          token === 'own' ? { subject: 'plugin:own' } : handler.verifyToken(token),
      }),
    });
    const access = [{ type: 'api-key', options: { key: 'open-sesame' } }];
    const { server } = await start({ externalAccess: access }, [apiKeys, decorator]);
    for (const [token, subject] of [
      ['open-sesame', 'external:ci'],
      ['own', 'plugin:own'],
    ]) {
      const { body } = await request(server)
        .get('/api/asking/who')
        .set('authorization', `Bearer ${token}`)
        .expect(200);
      expect(body).to.eql({ type: 'service', subject });
    }
  });

  it('gives a user a cookie that opens routes for cookies only', async () => {
    const { server } = await start({ cookie: { hostOnly: true } });
    const issued = await request(server)
      .get('/api/asking/.backstage/auth/v1/cookie')
      .set('authorization', `Bearer ${await signUserToken(userKey)}`)
      .expect(200);
    const [cookie] = issued.get('Set-Cookie')!;
    expect(cookie)
      .to.match(/^backstage-auth=/)
      .and.not.match(/Domain/);
    await request(server).get('/api/asking/who').set('cookie', cookie.split(';')[0]).expect(401);
  });
});

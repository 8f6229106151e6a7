import { ConfigReader } from '@backstage/config';
import { coreServices, createBackendPlugin } from 'backstage-forklift';
import {
  getVoidLogger,
  legacyPlugin,
  ServerTokenManager,
  type PluginEnvironment,
  type TokenManager,
} from 'backstage-forklift/legacy';
import { expect } from 'chai';
import { Router } from 'express';
import { startBackend, stopBackends } from './start-backend';

/** A plugin of the new system that says who calls it. */
const whoami = createBackendPlugin({
  pluginId: 'whoami',
  register(reg) {
    reg.registerInit({
      deps: { httpRouter: coreServices.httpRouter, httpAuth: coreServices.httpAuth },
      async init({ httpRouter, httpAuth }) {
        httpRouter.use(
          Router().get('/', (req, res, next) => {
            httpAuth
              .credentials(req, { allow: ['service'] })
              .then(({ principal }) => res.json(principal.subject), next);
          }),
        );
      },
    });
  },
});

/** Starts a deployment with a legacy plugin and whoami. */
async function startDeployment(config: object = {}) {
  let env!: PluginEnvironment;
  const module = Promise.resolve({
    default: async (given: PluginEnvironment) => {
      env = given;
      return Router();
    },
  });
  const backend = await startBackend([legacyPlugin('todo', module), whoami], config);
  return { backend, tokenManager: env.tokenManager };
}

async function tokenOf(tokenManager: TokenManager) {
  return (await tokenManager.getToken()).token;
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    failure => failure,
  );
  return `${error}`;
}

const keys = { backend: { auth: { keys: [{ secret: 'YW4gb2xkIHNlY3JldA==' }] } } };

describe('the tokenManager of a legacy plugin', () => {
  afterEach(stopBackends);

  it('makes calls to any plugin of the deployment, with no keys configured', async () => {
    const { backend, tokenManager } = await startDeployment();
    const token = await tokenOf(tokenManager);
    expect(await backend.get('/api/whoami/', token)).to.deep.equal({
      status: 200,
      body: 'plugin:todo',
    });
    await tokenManager.authenticate(token);
  });

  it('makes tokens that other deployments refuse', async () => {
    const [one, other] = [await startDeployment(), await startDeployment()];
    const token = await tokenOf(one.tokenManager);
    expect((await other.backend.get('/api/whoami/', token)).status).to.equal(401);
    expect(await refusal(other.tokenManager.authenticate(token))).to.contain('AuthenticationError');
  });

  it('understands old backends, and they it, when they share a key', async () => {
    const old = ServerTokenManager.fromConfig(new ConfigReader(keys), { logger: getVoidLogger() });
    const { backend, tokenManager } = await startDeployment(keys);
    await old.authenticate(await tokenOf(tokenManager));
    await tokenManager.authenticate(await tokenOf(old));
    expect((await backend.get('/api/whoami/', await tokenOf(old))).status).to.equal(200);
  });

  it('refuses nobody, garbage and callers whose access is restricted', async () => {
    const { tokenManager } = await startDeployment({
      backend: {
        auth: {
          externalAccess: [
            {
              type: 'static',
              options: { token: 'a-long-static-token', subject: 'ci' },
              accessRestrictions: [{ plugin: 'todo', permission: 'todo.read' }],
            },
          ],
        },
      },
    });
    expect(await refusal(tokenManager.authenticate(''))).to.contain('Invalid server token');
    expect(await refusal(tokenManager.authenticate('garbage'))).to.contain('AuthenticationError');
    expect(await refusal(tokenManager.authenticate('a-long-static-token'))).to.contain(
      'its access is restricted',
    );
  });

  it('refuses tokens that were signed with another key or have no end', async () => {
    const other = new ConfigReader({ backend: { auth: { keys: [{ secret: 'b3RoZXI=' }] } } });
    const stranger = ServerTokenManager.fromConfig(other, { logger: getVoidLogger() });
    const { tokenManager } = await startDeployment(keys);
    expect(await refusal(tokenManager.authenticate(await tokenOf(stranger)))).to.contain(
      'AuthenticationError',
    );
    const mine = ServerTokenManager.fromConfig(new ConfigReader(keys), { logger: getVoidLogger() });
    expect(await refusal(mine.authenticate(await tokenOf(stranger)))).to.contain(
      'Invalid server token',
    );
  });
});

import { coreServices, createBackendPlugin, createServiceRef } from 'backstage-forklift';
import {
  identityServiceFactory,
  tokenManagerServiceFactory,
  type LegacyIdentityService,
  type TokenManager,
} from 'backstage-forklift/legacy';
import { expect } from 'chai';
import { Router } from 'express';
import { startBackend, stopBackends } from './start-backend';

/** As in backend-plugin-api before release 1.31. */
const removedServices = {
  identity: createServiceRef<LegacyIdentityService>({ id: 'core.identity' }),
  tokenManager: createServiceRef<TokenManager>({ id: 'core.tokenManager' }),
};

function createPlugin(pluginId: string, onTokenManager: (tokenManager: TokenManager) => void) {
  return createBackendPlugin({
    pluginId,
    register(reg) {
      reg.registerInit({
        deps: { ...removedServices, httpRouter: coreServices.httpRouter },
        async init({ identity, tokenManager, httpRouter }) {
          onTokenManager(tokenManager);
          httpRouter.addAuthPolicy({ path: '/who', allow: 'unauthenticated' });
          httpRouter.use(
            Router().get('/who', (req, res, next) => {
              identity
                .getIdentity({ request: req })
                .then(who => res.json({ who: who?.identity.userEntityRef ?? null }), next);
            }),
          );
        },
      });
    },
  });
}

describe('services that were removed from coreServices', () => {
  afterEach(stopBackends);

  it('are there for plugins of the new system that still want them', async () => {
    const tokenManagers: TokenManager[] = [];
    const backend = await startBackend([
      identityServiceFactory,
      tokenManagerServiceFactory,
      createPlugin('badges', tokenManager => tokenManagers.push(tokenManager)),
      createPlugin('lighthouse', tokenManager => tokenManagers.push(tokenManager)),
    ]);
    const { token } = await tokenManagers[0].getToken();
    await tokenManagers[1].authenticate(token);
    expect(await backend.get('/api/badges/who')).to.deep.equal({
      status: 200,
      body: { who: null },
    });
    expect((await backend.get('/api/badges/who', token)).status).to.equal(401);
  });
});

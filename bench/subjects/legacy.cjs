// The router in our backend, all in one process: through legacyPlugin, in a native plugin, and through legacyPlugin again.
const express = require('express');
const { coreServices, createBackend, createBackendPlugin } = require('backstage-forklift');
const { legacyPlugin } = require('backstage-forklift/legacy');
const { createGreetingRouter } = require('./greeting.cjs');
const { startBackend } = require('./plugins.cjs');

const legacy = id =>
  legacyPlugin(id, Promise.resolve({ default: async () => createGreetingRouter(express) }), {
    auth: { allow: [{ path: '/open', allow: 'unauthenticated' }] },
  });

const native = createBackendPlugin({
  pluginId: 'native',
  register(reg) {
    reg.registerInit({
      deps: { httpRouter: coreServices.httpRouter },
      async init({ httpRouter }) {
        httpRouter.use(createGreetingRouter(express));
        httpRouter.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });
      },
    });
  },
});

void startBackend(createBackend(), [legacy('greeting'), native, legacy('control')]);

// The router in our backend: through legacyPlugin, or in a native plugin with BENCH_PLUGIN=native.
const express = require('express');
const { coreServices, createBackend, createBackendPlugin } = require('backstage-forklift');
const { legacyPlugin } = require('backstage-forklift/legacy');
const { createGreetingRouter } = require('./greeting.cjs');
const { startBackend } = require('./plugins.cjs');

const createPlugin = {
  legacy: () =>
    legacyPlugin(
      'greeting',
      Promise.resolve({ default: async () => createGreetingRouter(express) }),
      { auth: { allow: [{ path: '/open', allow: 'unauthenticated' }] } },
    ),
  native: () =>
    createBackendPlugin({
      pluginId: 'greeting',
      register(reg) {
        reg.registerInit({
          deps: { httpRouter: coreServices.httpRouter },
          async init({ httpRouter }) {
            httpRouter.use(createGreetingRouter(express));
            httpRouter.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });
          },
        });
      },
    }),
};

void startBackend(createBackend(), [createPlugin[process.env.BENCH_PLUGIN]()]);

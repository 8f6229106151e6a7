const { createRouter, providers } = require('@backstage/plugin-auth-backend');

/** The auth plugin of an old portal, with a sign-in resolver of its own that asks the catalog. */
exports.default = env =>
  createRouter({
    ...env,
    disableDefaultProviderFactories: true,
    providerFactories: {
      oauth2: providers.oauth2.create({
        signIn: {
          resolver: (_info, ctx) => ctx.signInWithCatalogUser({ entityRef: { name: 'ada' } }),
        },
      }),
    },
  });
exports.allow = ['/'];

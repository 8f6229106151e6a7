import { coreServices, createBackend, createBackendPlugin } from 'backstage-forklift';
import express, { Router, type NextFunction, type Request, type Response } from 'express';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** One replica of a deployment; the names of its plugins are in PLUGINS. */
const stock = createRequire(join(__dirname, '../../interop/package.json'));

type Handler = (request: Request, response: Response) => Promise<void>;

function handle(handler: Handler) {
  return (request: Request, response: Response, next: NextFunction) => {
    handler(request, response).catch(next);
  };
}

/** Keeps notes in its database and in its cache, counts seconds, and greets through another plugin. */
const notes = createBackendPlugin({
  pluginId: 'notes',
  register: reg =>
    reg.registerInit({
      deps: {
        auth: coreServices.auth,
        cache: coreServices.cache,
        database: coreServices.database,
        discovery: coreServices.discovery,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        scheduler: coreServices.scheduler,
      },
      async init({ auth, cache, database, discovery, httpAuth, httpRouter, scheduler }) {
        const knex = await database.getClient();
        await knex.raw('CREATE TABLE IF NOT EXISTS notes (id text primary key)');
        await knex.raw('CREATE TABLE IF NOT EXISTS ticks (begin_at bigint, end_at bigint)');
        await scheduler.scheduleTask({
          id: 'tick',
          frequency: { seconds: 1 },
          timeout: { seconds: 30 },
          async fn() {
            const begin_at = Date.now();
            await new Promise(resolve => setTimeout(resolve, 50));
            await knex('ticks').insert({ begin_at, end_at: Date.now() });
          },
        });

        const router = Router();
        router.use(express.json());
        router.get(
          '/user',
          handle(async (request, response) => {
            const { principal } = await httpAuth.credentials(request, { allow: ['user'] });
            response.json(principal.userEntityRef);
          }),
        );
        router.get(
          '/greeting',
          handle(async (_request, response) => {
            const { token } = await auth.getPluginRequestToken({
              onBehalfOf: await auth.getOwnServiceCredentials(),
              targetPluginId: 'greeter',
            });
            const answer = await fetch(`${await discovery.getBaseUrl('greeter')}/hello`, {
              headers: { authorization: `Bearer ${token}` },
            });
            response.status(answer.status).json(await answer.json());
          }),
        );
        router.get(
          '/cached/:key',
          handle(async (request, response) => {
            response.json((await cache.get(request.params.key)) ?? null);
          }),
        );
        router.put(
          '/cached/:key',
          handle(async (request, response) => {
            await cache.set(request.params.key, request.body, { ttl: { minutes: 1 } });
            response.status(204).end();
          }),
        );
        router.put(
          '/notes/:id',
          handle(async (request, response) => {
            await knex('notes').insert({ id: request.params.id }).onConflict('id').ignore();
            response.status(201).end();
          }),
        );
        httpRouter.use(router);
        for (const path of ['/greeting', '/cached', '/notes']) {
          httpRouter.addAuthPolicy({ path, allow: 'unauthenticated' });
        }
      },
    }),
});

/** Greets other plugins. */
const greeter = createBackendPlugin({
  pluginId: 'greeter',
  register: reg =>
    reg.registerInit({
      deps: { httpAuth: coreServices.httpAuth, httpRouter: coreServices.httpRouter },
      async init({ httpAuth, httpRouter }) {
        const router = Router();
        router.get(
          '/hello',
          handle(async (request, response) => {
            const { principal } = await httpAuth.credentials(request, { allow: ['service'] });
            response.json(`hello ${principal.subject}`);
          }),
        );
        httpRouter.use(router);
      },
    }),
});

async function main() {
  const backend = createBackend();
  const plugins = process.env.PLUGINS!.split(',');
  if (plugins.includes('notes')) backend.add(notes);
  if (plugins.includes('greeter')) backend.add(greeter);
  if (plugins.includes('auth')) {
    backend.add(stock('@backstage/plugin-auth-backend').default);
    backend.add(stock('@backstage/plugin-auth-backend-module-guest-provider').default);
  }
  await backend.start();
  process.send!('started');
}

void main();

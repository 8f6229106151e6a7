import {
  coreServices,
  createBackend,
  createBackendPlugin,
  eventsServiceRef,
} from 'backstage-forklift';
import express, { Router, type NextFunction, type Request, type Response } from 'express';
import type { Knex } from 'knex';
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

/** As migrations, of which replicas that start together run each once. */
async function createTables(knex: Knex, ...statements: string[]) {
  await knex.migrate.latest({
    migrationSource: {
      getMigrations: async () => statements,
      getMigrationName: statement => statement,
      getMigration: async statement => ({
        up: async trx => trx.raw(statement),
        down: async () => {},
      }),
    } as Knex.MigrationSource<string>,
  });
}

/** Keeps notes in its database and in its cache, counts seconds, shouts, and greets through another plugin. */
const notes = createBackendPlugin({
  pluginId: 'notes',
  register: reg =>
    reg.registerInit({
      deps: {
        auth: coreServices.auth,
        cache: coreServices.cache,
        database: coreServices.database,
        discovery: coreServices.discovery,
        events: eventsServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        scheduler: coreServices.scheduler,
      },
      async init({ auth, cache, database, discovery, events, httpAuth, httpRouter, scheduler }) {
        const knex = await database.getClient();
        await createTables(
          knex,
          'CREATE TABLE notes (id text primary key)',
          'CREATE TABLE ticks (begin_at bigint, end_at bigint)',
          'CREATE TABLE heard (id text)',
        );
        await events.subscribe({
          id: 'heard',
          topics: ['shouts'],
          onEvent: async ({ eventPayload }) => {
            await knex('heard').insert(eventPayload as { id: string });
          },
        });
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
            const { id } = request.params;
            await knex('notes').insert({ id }).onConflict('id').ignore();
            await cache.set(`note:${id}`, id, { ttl: { minutes: 1 } });
            response.status(201).end();
          }),
        );
        router.post(
          '/shouts/:id',
          handle(async (request, response) => {
            await events.publish({ topic: 'shouts', eventPayload: { id: request.params.id } });
            response.status(202).end();
          }),
        );
        httpRouter.use(router);
        for (const path of ['/greeting', '/cached', '/notes', '/shouts']) {
          httpRouter.addAuthPolicy({ path, allow: 'unauthenticated' });
        }
      },
    }),
});

/** Greets other plugins, and hears what they shout. */
const greeter = createBackendPlugin({
  pluginId: 'greeter',
  register: reg =>
    reg.registerInit({
      deps: {
        database: coreServices.database,
        events: eventsServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
      },
      async init({ database, events, httpAuth, httpRouter }) {
        const knex = await database.getClient();
        await createTables(knex, 'CREATE TABLE heard (id text)');
        await events.subscribe({
          id: 'heard',
          topics: ['shouts'],
          onEvent: async ({ eventPayload }) => {
            await knex('heard').insert(eventPayload as { id: string });
          },
        });
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
  if (plugins.includes('events')) backend.add(stock('@backstage/plugin-events-backend').default);
  if (plugins.includes('auth')) {
    backend.add(stock('@backstage/plugin-auth-backend').default);
    backend.add(stock('@backstage/plugin-auth-backend-module-guest-provider').default);
  }
  await backend.start();
  process.send!('started');
}

void main();

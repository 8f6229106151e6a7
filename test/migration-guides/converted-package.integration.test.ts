import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import request from 'supertest';
import { applyPlan, planConvert } from 'backstage-forklift/guides';
import { legacyPlugin } from 'backstage-forklift/legacy';
import { mockCredentials, mockServices, startTestBackend } from 'backstage-forklift/testing';
import { makeRepository, removeRepositories } from './temporary-repository';

/** A package as teams write them: types of the old system, a database, a cache, who is asking. */
const ROUTER = `import { PluginCacheManager, PluginDatabaseManager } from '@backstage/backend-common';
import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { IdentityApi } from '@backstage/plugin-auth-node';
import express from 'express';
import Router from 'express-promise-router';
import { Logger } from 'winston';

export interface RouterOptions {
  logger: Logger;
  config: Config;
  database: PluginDatabaseManager;
  cache: PluginCacheManager;
  identity: IdentityApi;
}

export async function createRouter(options: RouterOptions): Promise<express.Router> {
  const { logger, config, database, cache, identity } = options;
  const db = await database.getClient();
  await db.schema.createTable('notes', (table: any) => {
    table.increments('id');
    table.string('text').notNullable();
    table.string('author');
  });
  const client = cache.getClient({ defaultTtl: 60_000 });
  logger.child({ part: 'router' }).info('ready');

  const router = Router();
  router.use(express.json());
  router.get('/health', (_, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/badge/:id', (_, response) => {
    response.setHeader('Content-Type', 'image/svg+xml');
    response.send('<svg xmlns="http://www.w3.org/2000/svg"/>');
  });
  router.get('/', async (_, response) => {
    const asked = ((await client.get('asked')) as number | undefined) ?? 0;
    await client.set('asked', asked + 1);
    response.json({ title: config.getString('app.title'), asked, notes: await db('notes') });
  });
  router.post('/', async (req, response) => {
    if (!req.body.text) throw new InputError('A note needs a text');
    const user = await identity.getIdentity({ request: req });
    await db('notes').insert({ text: req.body.text, author: user?.identity.userEntityRef });
    response.status(201).json(user?.identity.ownershipEntityRefs ?? null);
  });
  return router;
}
`;

const MOUNT = `import { createRouter } from '@internal/plugin-notes-backend';

export default async function createPlugin(env: any) {
  return await createRouter({
    logger: env.logger,
    config: env.config,
    database: env.database,
    cache: env.cache,
    identity: env.identity,
  });
}
`;

const FILES = {
  'package.json': '{ "private": true, "workspaces": ["packages/*", "plugins/*"] }\n',
  'packages/backend/src/index.ts': `import { createBackend } from 'backstage-forklift';
import { legacyPlugin } from 'backstage-forklift/legacy';

const backend = createBackend();
backend.add(legacyPlugin('notes', import('./plugins/notes')));
backend.start();
`,
  'packages/backend/src/plugins/notes.ts': MOUNT,
  'plugins/notes-backend/package.json': '{\n  "name": "@internal/plugin-notes-backend"\n}\n',
  'plugins/notes-backend/src/index.ts': "export * from './service/router';\n",
  'plugins/notes-backend/src/service/router.ts': ROUTER,
};

/** What clients see of a backend with a feature, in the order in which they ask. */
async function answersOf(feature: any): Promise<unknown[]> {
  const config = mockServices.rootConfig.factory({ data: { app: { title: 'Notes' } } });
  const backend = await startTestBackend({ features: [feature, config] });
  const { server } = backend;
  const user = mockCredentials.user.header();
  const nobody = mockCredentials.none.header();
  const send = async (path: string, authorization: string, body?: object): Promise<unknown> => {
    const url = `/api/notes${path}`;
    const sent = body ? request(server).post(url).send(body) : request(server).get(url);
    const answer = await sent.set('authorization', authorization);
    return {
      status: answer.status,
      type: answer.type,
      text: answer.body.error?.message ?? answer.text,
    };
  };
  const answers = [
    await send('/health', nobody),
    await send('/badge/7', nobody),
    await send('/', nobody),
    await send('/', user),
    await send('/', user, { text: 'Buy milk' }),
    await send('/', mockCredentials.service.header(), {}),
    await send('/', user, {}),
    await send('/', user),
    await send('/nowhere', user),
  ];
  await backend.stop();
  return answers;
}

describe('a converted package', () => {
  afterEach(removeRepositories);

  it('answers as its createRouter did on legacyPlugin', async () => {
    const root = makeRepository(FILES);
    symlinkSync(join(__dirname, '..', '..', 'node_modules'), join(root, 'node_modules'));
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const load = (file: string): any => require(join(root, file));
    const { createRouter } = load('plugins/notes-backend/src/service/router.ts');
    const before = await answersOf(
      legacyPlugin('notes', Promise.resolve({ default: (env: any) => createRouter(env) }), {
        auth: { allow: ['/health', '/badge'] },
      }),
    );

    await applyPlan(await planConvert(root, 'notes'));
    const converted = load('plugins/notes-backend/src/index.ts');
    expect(converted.createRouter, 'what others may still call').to.be.a('function');
    const after = await answersOf(converted.default);

    expect(after).to.deep.equal(before);
    expect(before.map((each: any) => each.status)).to.deep.equal([
      200, 200, 401, 200, 201, 400, 400, 200, 404,
    ]);
    expect((before[7] as any).text).to.contain('"author":"user:default/mock"');
  });
});

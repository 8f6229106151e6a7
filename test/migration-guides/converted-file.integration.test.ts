import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import request from 'supertest';
import { coreServices, createBackendPlugin } from 'backstage-forklift';
import { applyPlan, planConvert } from 'backstage-forklift/guides';
import { legacyPlugin } from 'backstage-forklift/legacy';
import { mockCredentials, startTestBackend } from 'backstage-forklift/testing';
import { makeRepository, removeRepositories } from './temporary-repository';

const NOTES = 'packages/backend/src/plugins/notes.ts';

/** A file as teams write them: a probe, images for browsers, and answers for users only. */
const FILE = `import { Router } from 'express';
import { PluginEnvironment } from '../types';

function addBadges(router: Router) {
  router.get('/badges/:id', (_, response) => {
    response.setHeader('Content-Type', 'image/svg+xml');
    response.send('<svg xmlns="http://www.w3.org/2000/svg"/>');
  });
}

export default async function createPlugin(env: PluginEnvironment) {
  const router = Router();
  router.get('/health', (_, response) => {
    response.json({ status: 'ok' });
  });
  addBadges(router);
  router.get('/images/:name', (req, response) => {
    env.logger.info('an image is asked for');
    response.type('png').send(Buffer.from(req.params.name));
  });
  router.get('/images', (_, response) => {
    response.json(['a']);
  });
  router.get('/export', (_, response) => {
    response.type('text/csv').send('id');
  });
  router.get('/:id', (req, response) => {
    response.json({ id: req.params.id });
  });
  return router;
}
`;

const OPEN = ['/health', '/badges/7', '/images/logo'];
const CLOSED = ['/images', '/export', '/7', '/badges'];

/** Converts the file in a repository whose index.ts adds the given features, and loads what it became. */
async function convertFile(features: string): Promise<{ old: any; converted: any }> {
  const root = makeRepository({
    'package.json': '{ "private": true, "workspaces": ["packages/*"] }\n',
    'packages/backend/src/index.ts': `import { createBackend } from 'backstage-forklift';
import { legacyPlugin } from 'backstage-forklift/legacy';

const backend = createBackend();
${features}
backend.start();
`,
    [NOTES]: FILE,
    'packages/backend/src/plugins/old.ts': FILE,
  });
  symlinkSync(join(__dirname, '..', '..', 'node_modules'), join(root, 'node_modules'));
  const id = /legacyPlugin\('(\w+)'/.exec(features)?.[1] ?? '';
  await applyPlan(await planConvert(root, id));
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const load = (file: string): any => require(join(root, file)).default;
  return { old: load('packages/backend/src/plugins/old.ts'), converted: load(NOTES) };
}

/** What clients with a token and without see of the routes. */
async function answersOf(id: string, ...features: any[]): Promise<unknown[]> {
  const backend = await startTestBackend({ features });
  const answers: unknown[] = [];
  for (const caller of [mockCredentials.none, mockCredentials.user]) {
    for (const path of [...OPEN, ...CLOSED]) {
      const answer = await request(backend.server)
        .get(`/api/${id}${path}`)
        .set('authorization', caller.header());
      const text = Buffer.isBuffer(answer.body) ? String(answer.body) : answer.text;
      answers.push({ path, status: answer.status, type: answer.type, text });
    }
  }
  await backend.stop();
  return answers;
}

function statusesOf(answers: unknown[]): number[] {
  return answers.map(each => (each as { status: number }).status);
}

describe('a converted plugin file', () => {
  afterEach(removeRepositories);

  it('answers without a token where it is a probe or an image, and nowhere else', async () => {
    const { old, converted } = await convertFile(
      "backend.add(legacyPlugin('notes', import('./plugins/notes')));",
    );
    const allow = ['/health', '/badges/:id', '/images/:name'];
    const before = await answersOf(
      'notes',
      legacyPlugin('notes', Promise.resolve({ default: old }), { auth: { allow } }),
    );
    const after = await answersOf('notes', converted);
    expect(after).to.deep.equal(before);
    expect(statusesOf(after)).to.deep.equal([
      ...[200, 200, 200, 401, 401, 401, 401],
      ...[200, 200, 200, 200, 200, 200, 200],
    ]);
  });

  it('adds its routes to those of the plugin whose path it shares', async () => {
    const { converted } = await convertFile(
      "backend.add(import('@internal/plugin-lists-backend'));\n" +
        "backend.add(legacyPlugin('lists', import('./plugins/notes')));",
    );
    const lists = createBackendPlugin({
      pluginId: 'lists',
      register(env) {
        env.registerInit({
          deps: { httpRouter: coreServices.httpRouter },
          async init({ httpRouter }) {
            httpRouter.use((req, res, next) => {
              if (req.path === '/export') res.json('the list');
              else next();
            });
          },
        });
      },
    });
    const answers = await answersOf('lists', lists, converted);
    expect(statusesOf(answers)).to.deep.equal([
      ...[200, 200, 200, 401, 401, 401, 401],
      ...[200, 200, 200, 200, 200, 200, 200],
    ]);
    const shared = answers.filter((each: any) => each.path === '/export' && each.status === 200);
    expect(shared, 'the plugin answers first').to.have.nested.property('[0].text', '"the list"');
  });
});

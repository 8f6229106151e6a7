import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import { loadConfigSchema } from '@backstage/config-loader';
import { expect } from 'chai';
import fc from 'fast-check';
import { createConfigSecretEnumerator } from 'backstage-forklift/services';

const secret = { type: 'string', visibility: 'secret' };

describe('createConfigSecretEnumerator', () => {
  let dir: string;
  let messages: string[];
  const logger: any = {
    info: (message: string) => messages.push(message),
    warn: (message: string) => messages.push(message),
  };

  beforeEach(() => {
    messages = [];
    dir = realpathSync(mkdtempSync(join(tmpdir(), 'secrets-test-')));
  });

  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const write = (files: Record<string, object | string>) => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(
        join(dir, name),
        typeof content === 'string' ? content : JSON.stringify(content),
      );
    }
  };
  const secretsOf = async (config: object, folder = dir) => {
    const enumerate = await createConfigSecretEnumerator({ logger, dir: folder });
    return [...enumerate(new ConfigReader(config as any))].sort();
  };

  it('finds secrets by the schemas of the workspaces and of what they depend on', async () => {
    write({
      'package.json': { name: 'root', workspaces: { packages: ['packages/*'] } },
      'packages/backend/package.json': {
        name: 'backend',
        version: '1',
        dependencies: { '@backstage/plugin-a': '1', '@acme/plugin-b': '1', express: '4' },
        configSchema: { type: 'object', properties: { own: secret } },
      },
      'node_modules/@backstage/plugin-a/package.json': {
        name: '@backstage/plugin-a',
        version: '1',
        configSchema: 'schema.json',
      },
      'node_modules/@backstage/plugin-a/schema.json': {
        type: 'object',
        properties: {
          a: { type: 'object', properties: { token: secret, host: { type: 'string' } } },
        },
      },
      'packages/backend/node_modules/@acme/plugin-b/package.json': {
        name: '@acme/plugin-b',
        version: '1',
        configSchema: 'config.d.ts',
      },
      'packages/backend/node_modules/@acme/plugin-b/config.d.ts':
        'export interface Config { b?: Array<{ /** @visibility secret */ key: string }> }',
      'node_modules/express/package.json': { name: 'express', version: '4' },
    });
    const config = { own: 's1', a: { token: 's2', host: 'h' }, b: [{ key: 's3' }], other: 'o' };

    expect(await secretsOf(config, join(dir, 'packages/backend'))).to.deep.equal([
      's1',
      's2',
      's3',
    ]);
    expect(messages).to.deep.equal(['Found 3 new secrets in config that will be redacted']);
  });

  it('compiles a declaration that is more than it reads itself', async () => {
    write({
      'package.json': { name: 'root', version: '1', configSchema: 'config.d.ts' },
      'config.d.ts': `
        import { Token } from './token';
        export interface Config {
          /** @deepVisibility secret */
          a?: { [key in 'x' | 'y']?: Token };
        }
      `,
      'token.ts': 'export type Token = { token: string };',
    });

    expect(await secretsOf({ a: { x: { token: 's1' } }, b: 'o' })).to.deep.equal(['s1']);
  }).timeout(60_000);

  it('leaves out the schema of backend-common where backend-defaults has its own', async () => {
    const packageOf = (name: string, key: string) => ({
      name,
      version: '1',
      configSchema: { type: 'object', properties: { [key]: secret } },
    });
    write({
      'package.json': {
        name: 'root',
        version: '1',
        dependencies: { '@backstage/backend-common': '1', '@backstage/backend-defaults': '1' },
      },
      'node_modules/@backstage/backend-common/package.json': packageOf(
        '@backstage/backend-common',
        'old',
      ),
      'node_modules/@backstage/backend-defaults/package.json': packageOf(
        '@backstage/backend-defaults',
        'new',
      ),
    });

    expect(await secretsOf({ old: 'o', new: 's1' })).to.deep.equal(['s1']);
  });

  it('knows the secrets of the core services by itself', async () => {
    const config = {
      backend: {
        auth: {
          keys: [{ secret: 's-key' }],
          externalAccess: [
            { type: 'static', options: { token: 's-token', subject: 'o' } },
            { type: 'legacy', options: { secret: 's-legacy', subject: 'o' } },
          ],
        },
        https: { certificate: { cert: 'o', key: 's-https' } },
        database: {
          client: 'pg',
          connection: { host: 'o', user: 'o', password: 's-db', ssl: { ca: 'o', key: 's-ssl' } },
          plugin: { catalog: { connection: 's-catalog' } },
        },
        cache: { store: 'redis', connection: 's-redis' },
        rateLimit: { store: { type: 'redis', connection: 's-limit' } },
        logger: {
          transports: [{ type: 'http', host: 'o', auth: { username: 's-u', password: 's-p' } }],
        },
      },
      integrations: { github: [{ host: 'o', token: 's-github' }] },
    };

    expect(await secretsOf(config)).to.deep.equal([
      's-catalog',
      's-db',
      's-github',
      's-https',
      's-key',
      's-legacy',
      's-limit',
      's-p',
      's-redis',
      's-ssl',
      's-token',
      's-u',
    ]);
  });

  it('finds no secrets where there are no packages', async () => {
    expect(await secretsOf({ a: 'b' })).to.deep.equal([]);
  });

  it('takes a schema that is given', async () => {
    const schema = await loadConfigSchema({
      serialized: {
        backstageConfigSchemaVersion: 1,
        schemas: [{ path: 'x', value: { type: 'object', properties: { a: secret } } }],
      } as any,
    });
    const enumerate = await createConfigSecretEnumerator({ logger, schema });

    expect([...enumerate(new ConfigReader({ a: 's1', b: 'o' }))]).to.deep.equal(['s1']);
  });

  it('finds what @backstage/config-loader finds', async () => {
    const value = {
      type: 'object',
      definitions: {
        tree: {
          type: 'object',
          properties: {
            token: secret,
            left: { $ref: '#/definitions/tree' },
            list: { type: 'array', items: { $ref: '#/definitions/tree' } },
          },
        },
      },
      properties: {
        a: {
          anyOf: [
            { type: 'object', required: ['kind'], properties: { kind: { const: 'x' }, b: secret } },
            { type: 'object', properties: { kind: { enum: ['y', 'z'] }, c: secret } },
            { type: 'string', visibility: 'secret' },
          ],
        },
        b: { type: 'object', deepVisibility: 'secret', additionalProperties: { type: 'string' } },
        c: { type: 'array', items: secret },
        d: { $ref: '#/definitions/tree' },
        e: {
          oneOf: [
            { type: 'object', required: ['b'], properties: { b: secret } },
            { type: 'object', required: ['c'], properties: { c: secret } },
          ],
        },
        f: {
          type: ['string', 'object'],
          visibility: 'secret',
          patternProperties: { '^t': secret },
        },
      },
    };
    write({ 'package.json': { name: 'root', version: '1', configSchema: value } });
    const schema = await loadConfigSchema({
      serialized: { backstageConfigSchemaVersion: 1, schemas: [{ path: 'x', value }] } as any,
    });
    const own = await createConfigSecretEnumerator({ logger, dir });
    const theirs = await createConfigSecretEnumerator({ logger, schema });

    const leaf = fc.oneof(
      fc.constantFrom('x', 'y', 'z', '', '5', 'true'),
      fc.string({ minLength: 1, maxLength: 4 }),
      fc.integer(),
      fc.boolean(),
    );
    const node = fc.letrec(tie => ({
      value: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.dictionary(
          fc.constantFrom('kind', 'b', 'c', 'token', 'left', 'list', 'tx'),
          tie('value'),
          { maxKeys: 4 },
        ),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
    })).value;
    const config = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), node);
    fc.assert(
      fc.property(config, data => {
        const missing = new Set(theirs(new ConfigReader(data as any)));
        for (const found of own(new ConfigReader(data as any))) missing.delete(found);
        expect([...missing]).to.deep.equal([]);
      }),
      { numRuns: 2000 },
    );
  });
});

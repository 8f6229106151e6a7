import { mkdtempSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import {
  coreServices,
  createBackendFeatureLoader,
  createServiceFactory,
  createServiceRef,
  discoveryFeatureLoader,
  type BackendFeature,
} from 'backstage-forklift';
import { createMinimalBackend, failure, plugin } from './minimal-backend';

const ref = createServiceRef<string>({ id: 'x.service', scope: 'root' });
const many = createServiceRef<string>({ id: 'x.many', scope: 'root', multiton: true });
const factory = (value: string) =>
  createServiceFactory({ service: ref, deps: {}, factory: () => value });
const contribution = (value: string) =>
  createServiceFactory({ service: many, deps: {}, factory: () => value });
const loads = (...features: BackendFeature[]) =>
  createBackendFeatureLoader({ loader: () => features });

describe('feature loaders', () => {
  it('install what they return, in whatever form', async () => {
    const started: string[] = [];
    const part = (id: string) => plugin(id, () => started.push(id));
    const backend = createMinimalBackend({
      config: { which: 'from-config' },
      features: [
        createBackendFeatureLoader({
          deps: { config: coreServices.rootConfig },
          *loader({ config }) {
            yield part(config.getString('which'));
            yield Promise.resolve({ default: part('imported') });
          },
        }),
        createBackendFeatureLoader({ loader: async () => [part('promised')] }),
        createBackendFeatureLoader({
          async *loader() {
            yield part('generated');
            yield { default: part('default') };
            yield { default: { default: part('double-default') } } as any;
          },
        }),
        createBackendFeatureLoader({ loader: () => [loads(part('nested')), part('outer')] }),
      ],
    });
    await backend.start();
    expect(started).to.have.members([
      ...['from-config', 'imported', 'promised', 'generated', 'default', 'double-default'],
      ...['nested', 'outer'],
    ]);
    await backend.stop();
  });

  it('give way to factories that are added explicitly, and win over default ones', async () => {
    const other = createServiceRef<string>({ id: 'x.other', scope: 'root' });
    const otherFactory = (value: string) =>
      createServiceFactory({ service: other, deps: {}, factory: () => value });
    let seen: any;
    const backend = createMinimalBackend({
      defaults: [factory('default'), otherFactory('default')],
      features: [
        loads(factory('loaded'), otherFactory('loaded'), contribution('loaded')),
        factory('added'),
        contribution('added'),
        plugin('a', deps => (seen = deps), { ref, other, many }),
      ],
    });
    await backend.start();
    expect(seen).to.deep.equal({ ref: 'added', other: 'loaded', many: ['added', 'loaded'] });
    await backend.stop();
  });

  it('must not give the same service twice', async () => {
    const backend = createMinimalBackend({ features: [loads(factory('a')), loads(factory('b'))] });
    const { message } = await failure(() => backend.start());
    expect(message).to.match(
      /^Duplicate service implementations provided for x\.service by both feature loader created at '\S+' and feature loader created at '\S+'$/,
    );
  });

  it('may give services that loaders returned by them give too', async () => {
    let seen: any;
    const backend = createMinimalBackend({
      features: [
        loads(loads(factory('inner')), factory('outer')),
        plugin('a', deps => (seen = deps), { ref }),
      ],
    });
    await backend.start();
    expect(seen).to.deep.equal({ ref: 'outer' });
    await backend.stop();
  });

  it('can depend on root scoped services only', async () => {
    const backend = createMinimalBackend({
      features: [
        createBackendFeatureLoader({
          deps: { logger: coreServices.logger as any },
          loader: () => [],
        }),
      ],
    });
    const { message } = await failure(() => backend.start());
    expect(message).to.match(
      /^Feature loaders can only depend on root scoped services, but 'logger' is scoped to 'plugin'\. Offending loader is created at '\S+feature-loaders\.test\.ts:\d+:\d+'$/,
    );
  });

  it('name the services that they miss, and what is similar', async () => {
    const missing = createServiceRef<string>({ id: 'x.servise', scope: 'root' });
    const backend = createMinimalBackend({
      features: [factory('a'), createBackendFeatureLoader({ deps: { missing }, loader: () => [] })],
    });
    const { message } = await failure(() => backend.start());
    expect(message)
      .to.match(
        /^No service available for the following ref\(s\): serviceRef\{x\.servise\}, depended on by feature loader created at '\S+'/,
      )
      .and.include("known ids similar to 'x.servise': 'x.service'");
  });

  it('cannot replace a service that another loader has used already', async () => {
    const backend = createMinimalBackend({
      features: [
        createBackendFeatureLoader({ deps: { ref }, loader: () => [] }),
        loads(factory('loaded')),
      ],
      defaults: [factory('default')],
    });
    const { message } = await failure(() => backend.start());
    expect(message).to.equal(
      'Unable to set service factory with id x.service, service has already been instantiated',
    );
  });

  it('are checked for circles that they close', async () => {
    const other = createServiceRef<string>({ id: 'x.other', scope: 'root' });
    const backend = createMinimalBackend({
      features: [
        createServiceFactory({ service: ref, deps: { other }, factory: () => 'x' }),
        loads(createServiceFactory({ service: other, deps: { ref }, factory: () => 'y' })),
      ],
    });
    const { message } = await failure(() => backend.start());
    expect(message).to.equal(
      "Circular dependencies detected:\n  'x.service' -> 'x.other' -> 'x.service'",
    );
  });
});

describe('package discovery', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'discovery-')));
  const [, program] = process.argv;

  before(() => {
    const plugins = (id: string, extra = '') =>
      `exports.default = { $$type: '@backstage/BackendFeature', version: 'v1', getRegistrations: () => [{ type: 'plugin', pluginId: '${id}', extensionPoints: [], init: { deps: {}, func: async () => {} } }] };${extra}`;
    const dependencies: { [name in string]: [role: string | undefined, files: object] } = {
      '@acme/plugin-one': ['backend-plugin', { 'index.js': plugins('one') }],
      '@acme/plugin-two': [
        'backend-plugin',
        { 'index.js': plugins('two'), 'alpha.js': plugins('two-alpha') },
      ],
      '@acme/library': ['node-library', { 'index.js': 'exports.default = { not: "a feature" };' }],
      '@acme/frontend': ['frontend-plugin', { 'index.js': 'throw new Error("never loaded");' }],
      '@acme/other': [undefined, { 'index.js': 'throw new Error("never loaded");' }],
    };
    for (const [name, [role, files]] of Object.entries(dependencies)) {
      writePackage(
        join(folder, 'node_modules', name),
        { name, ...(role && { backstage: { role } }) },
        files,
      );
    }
    writePackage(
      join(folder, 'node_modules/@acme/extra'),
      { name: '@acme/extra', backstage: { role: 'backend-plugin' } },
      { 'index.js': plugins('extra') },
    );
    writePackage(
      folder,
      { dependencies: Object.fromEntries(Object.keys(dependencies).map(name => [name, '*'])) },
      { 'src/index.js': '' },
    );
    process.argv[1] = join(folder, 'src/index.js');
  });

  after(() => {
    process.argv[1] = program;
    rmSync(folder, { recursive: true });
  });

  let found: string[];
  async function discover(packages: unknown): Promise<string[]> {
    const backend = createMinimalBackend({
      config: { backend: { packages } } as any,
      features: [discoveryFeatureLoader],
    });
    const { result } = await backend.start();
    await backend.stop();
    found = backend.messages('info').filter(message => message.startsWith('Detected'));
    return result.plugins.map(({ pluginId }) => pluginId).sort();
  }

  it('installs all packages of the backend among the dependencies', async () => {
    expect(await discover('all')).to.deep.equal(['one', 'two', 'two-alpha']);
    expect(found).to.include.members(['Detected: @acme/plugin-one', 'Detected: @acme/plugin-two']);
  });

  it('installs nothing when nothing is set', async () => {
    expect(await discover(undefined)).to.deep.equal([]);
    expect(await discover({})).to.deep.equal([]);
  });

  it('includes and excludes packages by name', async () => {
    expect(await discover({ exclude: ['@acme/plugin-two'] })).to.deep.equal(['one']);
    expect(await discover({ include: ['@acme/plugin-one', '@acme/extra'] })).to.deep.equal([
      'extra',
      'one',
    ]);
  });

  it('names a package that is not installed', async () => {
    const { message } = await failure(() => discover({ include: ['@acme/absent'] }));
    expect(message)
      .to.include("Package '@acme/absent' cannot be discovered")
      .and.include("install it, or list it in 'backend.packages.exclude'");
  });
});

function writePackage(folder: string, metadata: object, files: object): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '1.0.0', ...metadata }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

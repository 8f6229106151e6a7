import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createServiceRef } from 'backstage-forklift';
import { pluginOfError, type Suspect } from '../../lib/wiring/plugin-of-error';
import { createMinimalBackend, failure, plugin } from './minimal-backend';

const API = '@backstage/backend-plugin-api';

describe('packages that are loaded', () => {
  let folder: string;
  let load: NodeJS.Require;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'packages-')));
    load = createRequire(join(folder, 'index.js'));
  });

  afterEach(() => {
    Object.keys(require.cache)
      .filter(file => file.startsWith(folder))
      .forEach(file => delete require.cache[file]);
    rmSync(folder, { recursive: true });
  });

  function install(path: string, metadata: object, source: string): any {
    const home = join(folder, path);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), JSON.stringify({ version: '1.2.3', ...metadata }));
    writeFileSync(join(home, 'index.js'), source);
    return load(`./${path}`);
  }

  const source = (pluginId: string) => `
    const init = { deps: { missing: { $$type: '@backstage/ServiceRef', id: 'acme.missing', scope: 'plugin' } }, func: async () => {} };
    exports.feature = {
      $$type: '@backstage/BackendFeature', version: 'v1',
      getRegistrations: () => [{ type: 'plugin', pluginId: '${pluginId}', extensionPoints: [], init }],
    };
    exports.fail = () => new Error('of ${pluginId}');
  `;

  const suspect = (pluginId: string, feature: unknown) =>
    ({ pluginId, source: { feature } }) as Suspect;

  it('are named when their plugin misses a service', async () => {
    const { feature } = install(
      'node_modules/@acme/plugin-a',
      { name: '@acme/plugin-a' },
      source('a'),
    );
    const { message } = await failure(() => createMinimalBackend({ features: [feature] }).start());
    expect(message)
      .to.include('missing for the following ref(s): ')
      .and.include("plugin 'a' comes from @acme/plugin-a@1.2.3");
  });

  it('are told apart when there are several copies of the plugin API', async () => {
    install('one/node_modules/' + API, { name: API }, '');
    install('two/node_modules/' + API, { name: API, version: '0.5.0' }, '');
    const missing = createServiceRef<unknown>({ id: 'acme.missing' });
    const backend = createMinimalBackend({ features: [plugin('a')] });
    await backend.start();
    await backend.stop();
    const [warning] = backend.messages('warn');
    expect(warning)
      .to.match(/^\d copies of @backstage\/backend-plugin-api are loaded: /)
      .and.include(`${API}@1.2.3 in ${join(folder, 'one/node_modules', API)}`)
      .and.include(`${API}@0.5.0 in ${join(folder, 'two/node_modules', API)}`);

    const failing = createMinimalBackend({ features: [plugin('a', () => {}, { missing })] });
    expect((await failure(() => failing.start())).message).to.include(`${API}@0.5.0`);
  });

  it('tell whose an error is by the plugin that their metadata names', () => {
    const metadata = { name: '@acme/lib', backstage: { pluginId: 'a' } };
    const library = install('node_modules/@acme/lib', metadata, source('a'));
    expect(pluginOfError(library.fail(), [suspect('a', {}), suspect('b', {})])).to.equal('a');
    expect(pluginOfError(library.fail(), [suspect('b', {})])).to.equal(undefined);
  });

  it('tell whose an error is by the plugin that they export', () => {
    const a = install('node_modules/@acme/a', { name: '@acme/a' }, source('a'));
    const b = install('node_modules/@acme/b', { name: '@acme/b' }, source('b'));
    const suspects = [suspect('a', a.feature), suspect('b', b.feature)];
    expect(pluginOfError(b.fail(), suspects)).to.equal('b');
    expect(pluginOfError(new Error('of nobody'), suspects)).to.equal(undefined);
    expect(pluginOfError('not an error', suspects)).to.equal(undefined);
  });

  it('tell whose an error is by the file when a package has several plugins', () => {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'backend' }));
    const [a, b] = ['a', 'b'].map(id => {
      writeFileSync(join(folder, `${id}.js`), source(id));
      return load(`./${id}.js`);
    });
    const suspects = [suspect('a', a.feature), suspect('b', b.feature)];
    expect(pluginOfError(a.fail(), suspects)).to.equal('a');
    expect(pluginOfError(b.fail(), suspects)).to.equal('b');
  });
});

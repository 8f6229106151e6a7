import { execFile } from 'node:child_process';
import {
  mkdtempSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import fs from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, use } from 'chai';
import chaiAsPromised from 'chai-as-promised';
import sinon from 'sinon';
import {
  rootConfigServiceFactory,
  type RootConfigFactoryOptions,
} from 'backstage-forklift/services';
import { ServiceFactoryTester } from 'backstage-forklift/testing';
import { createBackend } from 'backstage-forklift';
import { withEnvironment } from '../root-logger/capture-stdout';

use(chaiAsPromised);

describe('The configuration', () => {
  let dir: string;
  let log: sinon.SinonStub;
  let logged: sinon.SinonStub;
  const open: Array<{ close(): void }> = [];

  beforeEach(() => {
    dir = realpathSync(mkdtempSync(join(tmpdir(), 'config-test-')));
    log = sinon.stub(console, 'log');
    logged = sinon.stub(console, 'error');
  });

  afterEach(() => {
    open.splice(0).forEach(config => config.close());
    sinon.restore();
    rmSync(dir, { recursive: true, force: true });
  });

  const write = (files: Record<string, string>) => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(join(dir, name), content);
    }
  };
  const load = async (names: string[], options: RootConfigFactoryOptions = {}) => {
    const argv = names.flatMap(name => ['--config', name.includes(':') ? name : join(dir, name)]);
    const factory = rootConfigServiceFactory({ argv, ...options });
    const config: any = await ServiceFactoryTester.from(factory).getSubject();
    open.push(config);
    return config;
  };
  const changeOf = (config: any) => new Promise<void>(resolve => config.subscribe(resolve));
  const errorOf = (
    names: string[],
    options?: RootConfigFactoryOptions,
  ): Promise<Error & { code: string }> =>
    load(names, options).then(
      () => expect.fail('loaded'),
      error => error.cause,
    );

  it('merges the files that are given, the later ones winning, and says which', async () => {
    write({
      'a.yaml': 'app:\n  title: A\n  list: [1]\nbackend:\n  port: 1\n',
      'b.yaml': 'app:\n  title: B\n',
    });

    const config = await load(['a.yaml', 'b.yaml']);

    expect(config.get()).to.deep.equal({ app: { title: 'B', list: [1] }, backend: { port: 1 } });
    expect(log.firstCall.args[0])
      .to.match(/^Loading config from /)
      .and.to.contain(join(dir, 'a.yaml'))
      .and.to.contain(join(dir, 'b.yaml'));
  });

  it('substitutes variables, with fallbacks and escapes', async () => {
    write({ 'a.yaml': 'a: ${CFG_A}-x\nb: ${CFG_NONE:-other}\nc: $${CFG_A}\nd: ${CFG_NONE}\n' });

    const config = await withEnvironment({ CFG_A: 'one', CFG_NONE: undefined }, () =>
      load(['a.yaml']),
    );

    expect(config.get()).to.deep.equal({ a: 'one-x', b: 'other', c: '${CFG_A}' });
  });

  it('takes in files, variables and parts of other files', async () => {
    write({
      'a.yaml':
        'text: { $file: parts/text.txt }\nvariable: { $env: CFG_A }\npart: { $include: "parts/p.yaml#x.y" }\njson: { $include: parts/j.json }\n',
      'parts/text.txt': 'text\n\n',
      'parts/p.yaml': 'x:\n  y:\n    deep: { $file: text.txt }\n',
      'parts/j.json': '{"j": [1]}',
    });

    const config = await withEnvironment({ CFG_A: 'one' }, () => load(['a.yaml']));

    expect(config.get()).to.deep.equal({
      text: 'text',
      variable: 'one',
      part: { deep: 'text' },
      json: { j: [1] },
    });
  });

  it('is overridden by APP_CONFIG_ variables', async () => {
    write({ 'a.yaml': 'backend:\n  port: 1\n  host: h\n' });

    const config = await withEnvironment(
      { APP_CONFIG_backend_port: '7007', APP_CONFIG_app_title: 'T' },
      () => load(['a.yaml']),
    );

    expect(config.get()).to.deep.equal({ backend: { port: 7007, host: 'h' }, app: { title: 'T' } });
  });

  describe('that cannot be loaded', () => {
    it('names a file that is missing, and those that are there', async () => {
      write({ 'app-config.yaml': '' });

      const error = await errorOf(['app-confg.yaml']);

      expect(error).to.include({ name: 'ConfigLoadError', code: 'CONFIG_NOT_FOUND' });
      expect(error.message)
        .to.contain(`The configuration file "${join(dir, 'app-confg.yaml')}"`)
        .and.to.contain('In that folder there are: app-config.yaml.');
    });

    it('names a folder that is missing', async () => {
      const { message } = await errorOf(['none/a.yaml']);

      expect(message).to.contain(`The folder "${join(dir, 'none')}" does not exist either.`);
    });

    it('says that a folder is no file', async () => {
      mkdirSync(join(dir, 'folder'));

      expect((await errorOf(['folder'])).message).to.contain('is a folder: name the file in it');
    });

    it('points at the place that is not YAML, without the secret in that line', async () => {
      write({ 'a.yaml': 'backend:\n  port: 1\n  token: abc: def\n' });

      const { code, message } = await errorOf(['a.yaml']);

      expect(code).to.equal('CONFIG_NOT_YAML');
      expect(message).to.contain(`"${join(dir, 'a.yaml')}" is not valid YAML (line 3, column 10)`);
      expect(message).to.contain('token: ***').and.to.not.contain('abc');
    });

    it('says that a list has no keys', async () => {
      write({ 'a.yaml': '- a\n- b\n' });

      expect((await errorOf(['a.yaml'])).message).to.contain(
        'contains a list where keys are expected',
      );
    });

    it('names key and line of a file that cannot be taken in', async () => {
      write({ 'a.yaml': 'app: {}\nbackend:\n  list:\n    - { $file: none.txt }\n' });

      const { message } = await errorOf(['a.yaml']);

      expect(message)
        .to.contain(
          `"${join(dir, 'a.yaml')}" has a value that cannot be used at backend.list.0, line 4`,
        )
        .and.to.contain('none.txt');
    });

    it('names an APP_CONFIG_ variable that is none', async () => {
      write({ 'a.yaml': 'a: 1' });

      const { message } = await withEnvironment({ APP_CONFIG_a__b: '1' }, () =>
        errorOf(['a.yaml']),
      );

      expect(message).to.equal(
        "The configuration cannot be loaded: Invalid env config key 'a__b'. Correct or unset the environment variable APP_CONFIG_a__b.",
      );
    });

    it('refuses URLs unless they are allowed, and says how', async () => {
      const { code, message } = await errorOf(['https://example.com/a.yaml']);

      expect(code).to.equal('CONFIG_REMOTE_DISABLED');
      expect(message)
        .to.contain(
          '"https://example.com/a.yaml" looks like a URL but remote configuration is not enabled',
        )
        .and.to.contain('rootConfigServiceFactory({ remote:');
    });

    it('says that --config needs a path', async () => {
      for (const argv of [['--config'], ['--config', '5']]) {
        expect((await errorOf([], { argv })).message).to.contain(
          '--config needs the path of a file, for example --config app-config.yaml',
        );
      }
    });

    it('says that all files are empty', async () => {
      write({ 'a.yaml': '# nothing yet\n' });

      const { code, message } = await errorOf(['a.yaml']);

      expect(code).to.equal('CONFIG_EMPTY');
      expect(message).to.contain(`there are no values in "${join(dir, 'a.yaml')}"`);
    });

    it('says what to do with several documents in a file', async () => {
      write({ 'a.yaml': 'a: 1\n---\nb: 2\n' });

      expect((await errorOf(['a.yaml'])).message).to.contain(
        '(line 2, column 1): it holds several documents. Put each into a file of its own',
      );
    });

    it('shows where an included file is broken, without its secrets', async () => {
      write({ 'a.yaml': 'a: { $include: b.yaml }', 'b.yaml': 'password: x: y\n' });

      const { message } = await errorOf(['a.yaml']);

      expect(message).to.contain('failed to parse included file b.yaml').and.to.contain('***');
      expect(message).to.not.contain('x: y');
    });

    it('has no stack trace, and the cause', async () => {
      const error = await errorOf(['a.yaml']);

      expect(error.stack).to.equal(`ConfigLoadError: ${error.message}`);
      expect((error.cause as Error).message).to.contain('does not exist');
    });
  });

  describe('from a URL', () => {
    it('is loaded where that is allowed', async () => {
      const server = createServer((_, res) => res.end('app:\n  title: Remote\n'));
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
      try {
        const { port } = server.address() as AddressInfo;
        const config = await load([`http://127.0.0.1:${port}/a.yaml`], { remote: {} });

        expect(config.getString('app.title')).to.equal('Remote');
      } finally {
        server.close();
        server.closeAllConnections();
      }
    });
  });

  describe('that changes', () => {
    it('is read again, also through configs made before', async () => {
      write({ 'a.yaml': 'app:\n  title: A\n' });
      const config = await load(['a.yaml']);
      const app = config.getConfig('app');
      const changed = changeOf(config);

      write({ 'a.yaml': 'app:\n  title: Bee\n' });
      await changed;

      expect(app.getString('title')).to.equal('Bee');
    });

    it('is read again when an included file changes', async () => {
      write({
        'a.yaml': 'a: { $include: p/b.yaml }',
        'p/b.yaml': 'c: { $file: c.txt }',
        'p/c.txt': '1',
      });
      const config = await load(['a.yaml']);
      const changed = changeOf(config);

      write({ 'p/c.txt': 'two' });
      await changed;

      expect(config.getString('a.c')).to.equal('two');
    });

    it('is read again when an editor replaces the file, and when Kubernetes swaps the link to it', async () => {
      write({ 'v1/a.yaml': 'v: 1', 'v2/a.yaml': 'v: 2' });
      symlinkSync('v1', join(dir, '..data'));
      symlinkSync('..data/a.yaml', join(dir, 'a.yaml'));
      const config = await load(['a.yaml']);
      const swapped = changeOf(config);

      symlinkSync('v2', join(dir, '..new'));
      renameSync(join(dir, '..new'), join(dir, '..data'));
      await swapped;
      expect(config.getNumber('v')).to.equal(2);

      const replaced = changeOf(config);
      write({ 'b.yaml': 'v: 3' });
      renameSync(join(dir, 'b.yaml'), join(dir, 'a.yaml'));
      await replaced;
      expect(config.getNumber('v')).to.equal(3);
    });

    it('keeps the last good values while a file is broken, says so once, and goes on', async () => {
      write({ 'a.yaml': 'v: 1' });
      const config = await load(['a.yaml']);

      const reported = new Promise(resolve => logged.callsFake(resolve));
      write({ 'a.yaml': 'v: [1' });
      expect(await reported)
        .to.contain('Changed configuration is ignored. The configuration file')
        .and.to.contain('is not valid YAML');
      expect(config.getNumber('v')).to.equal(1);

      const changed = changeOf(config);
      write({ 'a.yaml': 'v: 22' });
      await changed;
      expect(config.getNumber('v')).to.equal(22);
      expect(logged.callCount).to.equal(1);
    });

    it('keeps the last good values while its only file is empty', async () => {
      write({ 'a.yaml': 'v: 1' });
      const config = await load(['a.yaml']);

      const reported = new Promise(resolve => logged.callsFake(resolve));
      write({ 'a.yaml': '' });
      expect(await reported)
        .to.contain('Changed configuration is ignored. ')
        .and.to.contain('empty');
      expect(config.getNumber('v')).to.equal(1);

      const changed = changeOf(config);
      write({ 'a.yaml': 'v: 2' });
      await changed;
      expect(config.getNumber('v')).to.equal(2);
    });

    describe('is watched', () => {
      let watch: sinon.SinonSpy;
      let unwatch: sinon.SinonSpy;
      const watchers = () => watch.callCount - unwatch.callCount;

      beforeEach(() => {
        watch = sinon.spy(fs, 'watchFile');
        unwatch = sinon.spy(fs, 'unwatchFile');
      });

      afterEach(() => sinon.restore());

      it('by one watcher for each file, however often it changes, and by none once closed', async () => {
        write({ 'a.yaml': 'v: { $file: b.txt }', 'b.txt': '0' });
        const config = await load(['a.yaml']);

        for (let version = 1; version <= 3; version++) {
          const changed = changeOf(config);
          write({ 'b.txt': 'v'.repeat(version + 1) });
          await changed;
          expect(watchers()).to.equal(2);
        }
        config.close();

        expect(watchers()).to.equal(0);
      });

      it('by none once the backend has stopped', async () => {
        write({ 'a.yaml': 'backend: { baseUrl: http://localhost, logger: { level: error } }' });
        const backend = createBackend();
        backend.add(rootConfigServiceFactory({ argv: ['--config', join(dir, 'a.yaml')] }));
        await backend.start();
        expect(watchers()).to.equal(1);

        await backend.stop();

        expect(watchers()).to.equal(0);
      });

      it('by none when that is not wanted', async () => {
        write({ 'a.yaml': 'v: 1' });

        await load(['a.yaml'], { watch: false });

        expect(watch.callCount).to.equal(0);
      });
    });
  });

  it('is that of app-config.yaml and app-config.local.yaml by default, and does not keep the process alive', async () => {
    write({
      'package.json': '{"workspaces": []}',
      'app-config.yaml': 'a: 1\nb: 1\n',
      'app-config.local.yaml': 'b: 2\n',
      'app-config.staging.yaml': 'c: 3\n',
      'main.ts': `
        import { rootConfigServiceFactory } from ${JSON.stringify(join(__dirname, '../../../lib/services/root-config'))};
        import { ServiceFactoryTester } from ${JSON.stringify(join(__dirname, '../../../lib/testing'))};
        ServiceFactoryTester.from(rootConfigServiceFactory)
          .getSubject()
          .then(config => console.log(JSON.stringify(config.get())), error => console.log(error.cause.stack));
      `,
    });
    const run = async () => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--require', require.resolve('tsx/cjs'), 'main.ts'],
        { cwd: dir, timeout: 20_000, env: { ...process.env, BACKSTAGE_ENV: 'staging' } },
      );
      return stdout.trim().split('\n').at(-1);
    };

    expect(JSON.parse((await run())!)).to.deep.equal({ a: 1, b: 2, c: 3 });

    rmSync(join(dir, 'app-config.yaml'));
    expect(await run()).to.equal(
      `ConfigLoadError: There is no configuration: "${join(dir, 'app-config.yaml')}" does not exist. Create it, or say where yours is with --config <file> (it may be given several times).`,
    );
  });
});

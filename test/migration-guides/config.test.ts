import { expect } from 'chai';
import { parse } from 'yaml';
import { applyPlan, planStep, type MigrationPlan } from 'backstage-forklift/guides';
import { readmeCases } from './readme-cases';
import { makeRepository, readFiles, removeRepositories, type Files } from './temporary-repository';

const NEW = "import { createBackend } from 'backstage-forklift';\ncreateBackend().start();\n";

function repository(files: Files, { index = NEW, proxy = '^0.5.0' } = {}): string {
  const backend = {
    name: 'backend',
    backstage: { role: 'backend' },
    dependencies: { 'backstage-forklift': '^0.1.0', '@backstage/plugin-proxy-backend': proxy },
  };
  return makeRepository({
    'packages/backend/package.json': JSON.stringify(backend),
    'packages/backend/src/index.ts': index,
    ...files,
  });
}

function plan(files: Files, options = {}): Promise<MigrationPlan> {
  return planStep(repository(files, options), 'config');
}

const KEYS = 'backend:\n  auth:\n    keys:\n      - secret: ${SECRET}\n';
const EXTERNAL =
  'backend:\n  auth:\n    externalAccess:\n      - type: static\n        options: { token: a, subject: b }\n';

describe('the configuration', () => {
  afterEach(removeRepositories);

  describe('changes as its guide shows', () => {
    for (const { title, blocks } of readmeCases('config')) {
      it(title, async () => {
        const root = repository({ 'app-config.yaml': blocks.before });
        const planned = await planStep(root, 'config');
        expect(planned.edits.map(each => each.after)).to.deep.equal([blocks.after]);
        expect(planned.report.map(each => each.outcome)).to.deep.equal(['migrated']);
        await applyPlan(planned);
        const before = readFiles(root);
        expect((await planStep(root, 'config')).edits).to.deep.equal([]);
        expect(readFiles(root)).to.deep.equal(before);
      });
    }
  });

  it('keeps line ends and the byte order mark, in every file', async () => {
    const files = {
      'app-config.yaml': `\uFEFF${KEYS.replaceAll('\n', '\r\n')}`,
      'packages/backend/app-config.local.yaml': KEYS,
    };
    const { edits } = await plan(files);
    expect(edits).to.have.length(2);
    const [first, second] = edits.map(each => each.after ?? '');
    expect(first).to.match(/^\uFEFFbackend:\r\n/);
    expect(first.replaceAll('\r\n', '\n').slice(1)).to.equal(second);
    expect(parse(second).backend.auth.externalAccess).to.deep.equal([
      {
        type: 'legacy',
        options: { subject: 'external:backstage-plugin', secret: '${SECRET}' },
      },
    ]);
  });

  it('joins lists that are indented differently', async () => {
    const { edits } = await plan({
      'app-config.yaml': `${EXTERNAL}    keys:\n    - secret: a\n    # old\n    - secret: "b"`,
    });
    const { auth } = parse(edits[0].after ?? '').backend;
    expect(auth.externalAccess.map((each: any) => each.options.secret)).to.deep.equal([
      undefined,
      'a',
      'b',
    ]);
    expect(auth).not.to.have.property('keys');
    expect(edits[0].after).to.contain('\n      # old\n').and.to.contain('secret: "b"');
  });

  it('joins keys that stand before the external callers', async () => {
    const text = EXTERNAL.replace('auth:\n', 'auth:\n    keys:\n      - secret: a # first\n');
    const { edits } = await plan({ 'app-config.yaml': text });
    const { auth } = parse(edits[0].after ?? '').backend;
    expect(Object.keys(auth)).to.deep.equal(['externalAccess']);
    expect(auth.externalAccess.map((each: any) => each.type)).to.deep.equal(['static', 'legacy']);
    expect(edits[0].after).to.contain('secret: a # first\n');
  });

  const LEFT: Record<string, [files: Files, reason: RegExp, options?: object]> = {
    'keys of a backend that is wired by hand': [
      { 'app-config.yaml': KEYS },
      /run forklift lift first/,
      { index: "import { createServiceBuilder } from '@backstage/backend-common';\n" },
    ],
    'keys in one file and callers in another': [
      { 'app-config.yaml': KEYS, 'app-config.production.yaml': EXTERNAL },
      /^a list in one file replaces that of another, and app-config\.production\.yaml and app-config\.yaml/,
    ],
    'keys on one line': [
      { 'app-config.yaml': 'backend: { auth: { keys: [{ secret: a }] } }\n' },
      /^backend\.auth\.keys is not a list with an entry on each line$/,
    ],
    'keys with more than a secret': [
      { 'app-config.yaml': `${KEYS}        other: 1\n` },
      /entries with more than a secret/,
    ],
    'proxies beside endpoints': [
      { 'app-config.yaml': 'proxy:\n  /a: http://a\n  endpoints: {}\n' },
      /^app-config\.yaml has proxy\.endpoints: what stands beside it is not read$/,
    ],
    'proxies beside other settings': [
      { 'app-config.yaml': 'proxy:\n  skipInvalidProxies: true\n  /a: http://a\n' },
      /^proxy has other settings beside paths: skipInvalidProxies$/,
    ],
    'proxies of an old version': [
      { 'app-config.yaml': 'proxy:\n  /a: http://a\n' },
      /^proxy\.endpoints is known from 0\.3\.0 of .*, and the backend asks for \^0\.2\.38$/,
      { proxy: '^0.2.38' },
    ],
    'settings that are gone': [
      { 'app-config.yaml': 'integrations:\n  bitbucket:\n    - host: bitbucket.org\n' },
      /^integrations\.bitbucket is no longer read by current versions\. Instead: /,
    ],
    'a file that does not parse': [{ 'app-config.yaml': 'a: [\n' }, /^does not parse: /],
  };
  for (const [what, [files, reason, options]] of Object.entries(LEFT)) {
    it(`leaves ${what} to a person`, async () => {
      const { edits, report } = await plan(files, options);
      expect(edits).to.deep.equal([]);
      expect(report.map(each => each.outcome)).to.deep.equal(['manual']);
      expect(report[0].reason).to.match(reason);
    });
  }
});

import { expect } from 'chai';
import { applyPlan, planGraduate } from 'backstage-forklift/guides';
import { readmeCases } from './readme-cases';
import { makeRepository, readFiles, removeRepositories } from './temporary-repository';

const INDEX = 'packages/backend/src/index.ts';
const MANIFEST = 'packages/backend/package.json';
const NATIVE = `import { createBackend } from 'backstage-forklift';

const backend = createBackend();
backend.add(import('./plugins/notes'));
backend.start();
`;

function manifest(dependencies: object): string {
  const backstage = { role: 'backend' };
  return `${JSON.stringify({ name: 'backend', backstage, dependencies }, undefined, 2)}\n`;
}

const INSTALLED = {
  'node_modules/@backstage/backend-defaults/package.json': '{ "version": "0.17.8" }',
  'node_modules/@backstage/backend-plugin-api/package.json': '{ "version": "1.10.0" }',
};

function repository(index: string, files: Record<string, string> = INSTALLED): string {
  return makeRepository({
    [INDEX]: index,
    [MANIFEST]: manifest({ 'backstage-forklift': '^0.1.0', express: '^4.22.0' }),
    ...files,
  });
}

describe('forklift graduate', () => {
  afterEach(removeRepositories);

  describe('does what its guide shows', () => {
    for (const { title, blocks } of readmeCases('graduate')) {
      it(title, async () => {
        const { edits, report } = await planGraduate(repository(blocks.before));
        expect(edits.find(each => each.file === INDEX)?.after).to.equal(blocks.after);
        expect(report.map(each => each.outcome)).not.to.include('manual');
      });
    }
  });

  it('exchanges the dependency, and has nothing to do the second time', async () => {
    const root = repository(NATIVE);
    await applyPlan(await planGraduate(root));
    const files = readFiles(root);
    expect(JSON.parse(files[MANIFEST]).dependencies).to.deep.equal({
      '@backstage/backend-defaults': '^0.17.8',
      express: '^4.22.0',
    });
    const again = await planGraduate(root);
    expect(again.edits).to.deep.equal([]);
    expect(again.report.map(each => each.outcome)).to.deep.equal(['skipped']);
  });

  it('depends on the package of a subpath, and on no package that it has', async () => {
    const root = repository(
      `import { rootHttpRouterServiceFactory } from 'backstage-forklift/services';\n${NATIVE}`,
      {
        ...INSTALLED,
        'packages/backend/src/plugins/notes.ts':
          "import { loggerToWinstonLogger } from 'backstage-forklift/legacy';\n",
        [MANIFEST]: manifest({
          '@backstage/backend-common': '^0.21.0',
          'backstage-forklift': '^0.1.0',
        }),
      },
    );
    await applyPlan(await planGraduate(root));
    const files = readFiles(root);
    expect(JSON.parse(files[MANIFEST]).dependencies).to.deep.equal({
      '@backstage/backend-common': '^0.21.0',
      '@backstage/backend-defaults': '^0.17.8',
    });
    expect(files['packages/backend/src/plugins/notes.ts']).to.equal(
      "import { loggerToWinstonLogger } from '@backstage/backend-common';\n",
    );
  });

  it('asks for the version of a package that is not installed', async () => {
    const { edits, report } = await planGraduate(repository(NATIVE, {}));
    expect(edits.map(each => each.file)).to.deep.equal([INDEX, MANIFEST]);
    expect(report.filter(each => each.outcome === 'manual').map(each => each.reason)).to.deep.equal(
      ['needs @backstage/backend-defaults in the version of your Backstage release'],
    );
  });

  it('moves tests to the test utilities of stock Backstage', async () => {
    const test = 'packages/backend/src/plugins/notes.test.ts';
    const root = repository(NATIVE, {
      ...INSTALLED,
      [test]: 'import { mockServices, startTestBackend } from "backstage-forklift/testing"\r\n',
    });
    const { edits } = await planGraduate(root);
    expect(edits.find(each => each.file === test)?.after).to.equal(
      'import { mockServices, startTestBackend } from "@backstage/backend-test-utils"\r\n',
    );
  });

  const LEFT = {
    'a plugin on legacyPlugin': [
      "import { createBackend } from 'backstage-forklift';\n" +
        "import { legacyPlugin } from 'backstage-forklift/legacy';\n" +
        "const backend = createBackend();\nbackend.add(legacyPlugin('todo', import('./todo')));\n",
      [4, 'still on legacyPlugin: run forklift convert todo', 'graduate#plugins-on-legacyplugin'],
    ],
    'an import without a counterpart': [
      `${NATIVE}import { toLegacyRouter } from 'backstage-forklift/legacy';\n`,
      [
        6,
        'imports toLegacyRouter of backstage-forklift/legacy, which stock Backstage does not have under that name',
        'graduate#other-imports',
      ],
    ],
    'a dynamic import': [
      `${NATIVE}void import('backstage-forklift/parity');\n`,
      [
        6,
        'names backstage-forklift/parity outside of an import at the top',
        'graduate#other-imports',
      ],
    ],
    'options of createBackend': [
      NATIVE.replace('createBackend()', 'createBackend({ onStart })'),
      [
        3,
        'gives options to createBackend, which takes none in stock Backstage',
        'graduate#options-of-createbackend',
      ],
    ],
    'a backend that is wired by hand': [
      "import { createServiceBuilder } from '@backstage/backend-common';\n",
      [1, 'does not call createBackend yet: run forklift lift first', 'graduate#before'],
    ],
  } as const;
  for (const [what, [index, expected]] of Object.entries(LEFT)) {
    it(`changes nothing while there is ${what}`, async () => {
      const { edits, report } = await planGraduate(repository(index));
      expect(edits).to.deep.equal([]);
      expect(report.map(each => [each.line, each.reason, each.guide])).to.deep.equal([expected]);
      expect(report[0].outcome).to.equal('manual');
    });
  }
});

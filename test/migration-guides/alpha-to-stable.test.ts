import { expect } from 'chai';
import { planStep, type MigrationPlan } from 'backstage-forklift/guides';
import { makeRepository, removeRepositories } from './temporary-repository';

const FOLDER = 'plugins/notes-backend';
const TEST = `${FOLDER}/src/plugin.test.ts`;
const USES_FEATURES = `import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { notesPlugin, makeNotes } from '.';
import notes from './plugin';
import { paperModule } from '@acme/notes-backend-module-paper';

startTestBackend({
  features: [notesPlugin(), notes(), makeNotes(), paperModule(), mockServices.rootConfig.factory()],
});
`;

/** Plans the step for a plugin that its test adds in several ways. */
function plan(api: string, text = USES_FEATURES): Promise<MigrationPlan> {
  const manifest = { name: 'notes', dependencies: { '@backstage/backend-plugin-api': api } };
  const root = makeRepository({
    [`${FOLDER}/package.json`]: JSON.stringify(manifest),
    [`${FOLDER}/src/index.ts`]:
      "export * from './plugin';\nexport const makeNotes = () => notesPlugin;\n",
    [`${FOLDER}/src/plugin.ts`]:
      "import { createBackendPlugin } from '@backstage/backend-plugin-api';\n" +
      "export const notesPlugin = createBackendPlugin({ pluginId: 'notes', register() {} });\n" +
      'export { notesPlugin as default };\n',
    [TEST]: text,
  });
  return planStep(root, 'alpha-to-stable');
}

describe('calls of features', () => {
  afterEach(removeRepositories);

  it('go where another file of the repository exports the feature itself', async () => {
    const { edits, report } = await plan('^1.0.0');
    expect(edits.map(each => each.file)).to.deep.equal([TEST]);
    expect(edits[0].after).to.equal(
      USES_FEATURES.replace('notesPlugin(), notes(),', 'notesPlugin, notes,'),
    );
    const manual = report.filter(each => each.outcome === 'manual');
    expect(manual.map(each => [each.line, each.guide])).to.deep.equal([
      [7, 'alpha-to-stable#callable-features'],
    ]);
    expect(manual[0].reason).to.match(/^paperModule\(\) is called: newer versions export/);
  });

  it('stay in versions in which features are functions', async () => {
    const { edits } = await plan('^0.6.9');
    expect(edits).to.deep.equal([]);
  });

  it('stay where a variable hides the feature', async () => {
    const { edits } = await plan(
      '^1.0.0',
      "import { startTestBackend } from '@backstage/backend-test-utils';\n" +
        "import { notesPlugin } from '.';\n" +
        'export const f = (notesPlugin: () => object) =>\n' +
        '  startTestBackend({ features: [notesPlugin()] });\nf(notesPlugin);\n',
    );
    expect(edits).to.deep.equal([]);
  });

  it('of services that are gone are reported with their line', async () => {
    const { report } = await plan(
      '^1.0.0',
      "import { coreServices as core } from '@backstage/backend-plugin-api';\n" +
        "import { coreServices } from './own';\n" +
        'export const a = core.identity; // coreServices.identity\n' +
        'export const b = coreServices.tokenManager;\n',
    );
    expect(report.map(each => [each.line, each.reason])).to.deep.equal([
      [
        3,
        'asks for coreServices.identity, which is gone from 1.0.0 of @backstage/backend-plugin-api',
      ],
    ]);
  });
});

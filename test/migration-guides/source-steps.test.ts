import { expect } from 'chai';
import { applyPlan, planStep, type MigrationPlan } from 'backstage-forklift/guides';
import { readmeCases } from './readme-cases';
import { makeRepository, readFiles, removeRepositories } from './temporary-repository';

const FOLDER = 'plugins/notes-backend';
const FILE = `${FOLDER}/src/notes.ts`;
const MANIFEST = `${FOLDER}/package.json`;

/** A repository at a recent release, with one plugin. */
function repository(
  text: string,
  { dependencies = {}, files = {} }: { dependencies?: object; files?: Record<string, string> } = {},
): string {
  const manifest = { name: 'notes-backend', dependencies };
  return makeRepository({
    'backstage.json': '{ "version": "1.31.0" }',
    [MANIFEST]: `${JSON.stringify(manifest, undefined, 2)}\n`,
    [FILE]: text,
    ...files,
  });
}

function editOf(plan: MigrationPlan, file: string): string | null | undefined {
  return plan.edits.find(each => each.file === file)?.after;
}

const OLD_VERSIONS: Readonly<Record<string, Record<string, string>>> = {
  'backend-common-imports': { '@backstage/backend-common': '^0.25.0' },
  'backend-tasks': { '@backstage/backend-tasks': '^0.6.1' },
  'winston-to-logger-service': { winston: '^3.2.1' },
  'alpha-to-stable': {},
};

describe('steps for a whole repository', () => {
  afterEach(removeRepositories);

  for (const [step, versions] of Object.entries(OLD_VERSIONS)) {
    describe(`${step} does what its guide shows`, () => {
      for (const { title, blocks } of readmeCases(step)) {
        it(title, async () => {
          const dependencies = JSON.parse(blocks.dependencies ?? JSON.stringify(versions));
          const root = repository(blocks.before, { dependencies });
          const plan = await planStep(root, step);
          expect(editOf(plan, FILE)).to.equal(blocks.after);
          await applyPlan(plan);
          const before = readFiles(root);
          const again = await planStep(root, step);
          expect(again.edits).to.deep.equal([]);
          expect(readFiles(root)).to.deep.equal(before);
        });
      }
    });
  }

  const USE =
    "import { PluginTaskScheduler } from '@backstage/backend-tasks';\n" +
    'export const f = (scheduler: PluginTaskScheduler) => scheduler.getScheduledTasks();\n';
  const MAKERS: Record<string, string> = {
    'makes some':
      "import { TaskScheduler } from '@backstage/backend-tasks';\nTaskScheduler.create();\n",
    'writes one out':
      "import { PluginTaskScheduler } from '@backstage/backend-tasks';\n" +
      'export const scheduler: PluginTaskScheduler = { triggerTask };\n',
    'describes the old environment':
      "import { PluginTaskScheduler } from '@backstage/backend-tasks';\n" +
      'export type PluginEnvironment = { scheduler: PluginTaskScheduler };\n',
  };
  for (const [what, text] of Object.entries(MAKERS)) {
    it(`keep schedulers of the old kind while another file ${what}`, async () => {
      const other = 'packages/backend/src/other.ts';
      const dependencies = OLD_VERSIONS['backend-tasks'];
      const root = repository(USE, { dependencies, files: { [other]: text } });
      const { edits, report } = await planStep(root, 'backend-tasks');
      expect(edits).to.deep.equal([]);
      expect(report.filter(each => each.file === FILE).map(each => each.reason)).to.deep.equal([
        `PluginTaskScheduler stays as long as ${other} has schedulers of the old kind`,
      ]);
    });
  }
});

import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  applyPlan,
  finishPlan,
  planLift,
  planStep,
  type MigrationPlan,
  type ReportEntry,
} from 'backstage-forklift/guides';
import { oldIndex } from './old-index';
import { makeRepository, readFiles, removeRepositories } from './temporary-repository';

const FILE = 'packages/backend/src/a.ts';
const INDEX = 'packages/backend/src/index.ts';
const COMMENT = '// TODO(forklift): is odd. See forklift guide backend-tasks#other-uses';

function entry(line: number | undefined, options: Partial<ReportEntry> = {}): ReportEntry {
  const guide = 'backend-tasks#other-uses';
  return { file: FILE, line, outcome: 'manual', reason: 'is odd', guide, ...options };
}

function planOf(root: string, report: ReportEntry[], after?: string): MigrationPlan {
  const before = readFileSync(join(root, FILE), 'utf8');
  const edits = after === undefined ? [] : [{ file: FILE, before, after }];
  return { step: 'backend-tasks', root, backend: 'packages/backend', edits, report, warnings: [] };
}

/** The file after a plan with some entries, and a new text where there is one. */
async function commented(
  text: string,
  report: ReportEntry[],
  after?: string,
): Promise<string | null> {
  const root = makeRepository({ [FILE]: text });
  const { edits } = await finishPlan(planOf(root, report, after));
  const edit = edits.find(each => each.file === FILE);
  return edit ? edit.after : text;
}

describe('comments at spots that are left to a person', () => {
  afterEach(removeRepositories);

  it('stand above the line, as far in as it, with the section of the guide', async () => {
    const text = 'function a() {\n  b();\n  c();\n}\n';
    expect(await commented(text, [entry(3)])).to.equal(
      `function a() {\n  b();\n  ${COMMENT}\n  c();\n}\n`,
    );
  });

  it('stand where the line went, when the file is edited as well', async () => {
    const text = "import { a, b } from 'old';\n\nb(a);\nodd(b);\n";
    const after = "import { a } from 'new';\nimport { b } from 'old';\n\nb(a);\nodd(b);\n";
    const report = [entry(1, { reason: 'b has gone' }), entry(4)];
    expect(await commented(text, report, after)).to.equal(
      "import { a } from 'new';\n" +
        '// TODO(forklift): b has gone. See forklift guide backend-tasks#other-uses\n' +
        `import { b } from 'old';\n\nb(a);\n${COMMENT}\nodd(b);\n`,
    );
  });

  it('are left once, however often the step runs', async () => {
    const root = makeRepository({ [FILE]: 'a();\nb();\na();\n' });
    await applyPlan(await finishPlan(planOf(root, [entry(1), entry(3)])));
    const text = readFiles(root)[FILE];
    expect(text).to.equal(`${COMMENT}\na();\nb();\n${COMMENT}\na();\n`);
    const again = await finishPlan(planOf(root, [entry(2), entry(5)]));
    expect(again.edits).to.deep.equal([]);
  });

  it('go when the spot is in order, and say what is the matter now when that has changed', async () => {
    const text = `${COMMENT}\na();\n${COMMENT}\nb();\n`;
    expect(await commented(text, [entry(4)])).to.equal(`a();\n${COMMENT}\nb();\n`);
    expect(await commented(text, [entry(2, { reason: 'is new' }), entry(4)])).to.equal(
      `// TODO(forklift): is new. See forklift guide backend-tasks#other-uses\na();\n${COMMENT}\nb();\n`,
    );
    const none = entry(undefined, { outcome: 'skipped' });
    expect(await commented(text, [none])).to.equal('a();\nb();\n');
  });

  it('of other steps and of people stay', async () => {
    const text =
      '// TODO(forklift): by another. See forklift guide config#proxies\na();\n// TODO: mine\nb();\n';
    expect(await commented(text, [entry(undefined, { outcome: 'skipped' })])).to.equal(text);
  });

  it('keep line ends and the byte order mark, also where line ends are mixed', async () => {
    expect(await commented('\uFEFFa();\r\nb();\r\n', [entry(1)])).to.equal(
      `\uFEFF${COMMENT}\r\na();\r\nb();\r\n`,
    );
    expect(await commented('a();\r\nb();\n', [entry(2)])).to.equal(`a();\r\n${COMMENT}\nb();\n`);
  });

  it('do not become part of a text, and leave directives at their line', async () => {
    expect(await commented('const a = `\n  b\n  ${c}`;\n', [entry(3)])).to.equal(
      `${COMMENT}\nconst a = \`\n  b\n  \${c}\`;\n`,
    );
    expect(await commented('a();\n// eslint-disable-next-line no-b\nb();\n', [entry(3)])).to.equal(
      `a();\n${COMMENT}\n// eslint-disable-next-line no-b\nb();\n`,
    );
  });

  it('name no line, which the next edit would make wrong', async () => {
    const reason = 'hands it on: line 12: to packages/a.ts:3:4';
    expect(await commented('a();\n', [entry(1, { reason })])).to.match(
      /on: to packages\/a\.ts\. See/,
    );
  });

  it('are left in YAML, and not in JSON or in a file that can not be written or does not parse', async () => {
    const root = makeRepository({ [FILE]: 'a();\n', 'app-config.yaml': 'a:\n  b: 1\n' });
    const inYaml = { ...planOf(root, [entry(2, { file: 'app-config.yaml' })]) };
    expect((await finishPlan(inYaml)).edits[0].after).to.match(
      /^a:\n {2}# TODO\(forklift\): .*\n {2}b: 1\n$/,
    );
    const inJson = planOf(root, [entry(1, { file: 'package.json' })]);
    expect((await finishPlan(inJson)).edits).to.deep.equal([]);
    writeFileSync(join(root, FILE), 'a(;\n');
    expect((await finishPlan(planOf(root, [entry(1)]))).edits).to.deep.equal([]);
    writeFileSync(join(root, FILE), 'a();\n');
    chmodSync(join(root, FILE), 0o444);
    expect((await finishPlan(planOf(root, [entry(1)]))).edits).to.deep.equal([]);
  });

  it('are those that the lift leaves above the code that it can not move', async () => {
    const root = makeRepository({
      [INDEX]: oldIndex(
        'apiRouter.use(`/${process.env.A}`, await todo(createEnv("todo")));\n' +
          "apiRouter.use('/b', await b(createEnv('b')));",
        {
          imports: "import todo from './plugins/todo';\nimport b from './plugins/b';",
        },
      ),
    });
    await applyPlan(await finishPlan(await planLift(root)));
    const text = readFiles(root)[INDEX];
    expect(text.match(/TODO\(forklift\)/g)).to.have.length(1);
    expect(text).to.match(/lift#computed-paths\n\/\/ apiRouter\.use\(`\/\$\{process\.env\.A\}`/);
    expect((await finishPlan(await planLift(root))).edits).to.deep.equal([]);
  });

  it('are left by a step for the whole repository, and change nothing that it does later', async () => {
    const root = makeRepository({
      [FILE]: "import * as all from '@backstage/backend-common';\n\nexport default all;\n",
    });
    await applyPlan(await finishPlan(await planStep(root, 'backend-common-imports')));
    expect(readFiles(root)[FILE]).to.match(
      /^\/\/ TODO\(forklift\): .*\. See forklift guide backend-common-imports#other-uses\nimport \* as all/,
    );
    const again = await finishPlan(await planStep(root, 'backend-common-imports'));
    expect(again.edits).to.deep.equal([]);
  });
});

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  applyPlan,
  formatUnifiedDiff,
  planLift,
  type FileEdit,
  type MigrationPlan,
} from 'backstage-forklift/guides';
import { oldIndex } from './old-index';
import { makeRepository, readFiles, removeRepositories } from './temporary-repository';

const INDEX = 'packages/backend/src/index.ts';

function planOf(root: string, edits: FileEdit[]): MigrationPlan {
  return { step: 'lift', root, backend: 'packages/backend', edits, report: [], warnings: [] };
}

function git(root: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
  return execFileSync('git', [...identity, ...args], { cwd: root, encoding: 'utf8' });
}

function commitAll(root: string): void {
  git(root, 'init', '-q');
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'start');
}

function oldRepository(): string {
  return makeRepository({
    [INDEX]: oldIndex("apiRouter.use('/todo', await todo(createEnv('todo')));", {
      imports: "import todo from './plugins/todo';",
    }),
  });
}

describe('applying a plan', () => {
  afterEach(removeRepositories);

  it('changes, creates and removes files', async () => {
    const root = makeRepository({ 'a.txt': 'old', 'b.txt': 'gone' });
    const { written } = await applyPlan(
      planOf(root, [
        { file: 'a.txt', before: 'old', after: 'new' },
        { file: 'b.txt', before: 'gone', after: null },
        { file: 'deep/er/c.txt', before: null, after: 'fresh' },
      ]),
    );
    expect(written).to.deep.equal(['a.txt', 'b.txt', 'deep/er/c.txt']);
    const files = readFiles(root);
    expect(files['a.txt']).to.equal('new');
    expect(files['deep/er/c.txt']).to.equal('fresh');
    expect(files).not.to.have.property('b.txt');
  });

  it('writes nothing when one file has changed since', async () => {
    const root = makeRepository({ 'a.txt': 'old', 'b.txt': 'other' });
    const before = readFiles(root);
    const plan = planOf(root, [
      { file: 'a.txt', before: 'old', after: 'new' },
      { file: 'b.txt', before: 'expected', after: 'new' },
    ]);
    const error = await applyPlan(plan).catch(each => each);
    expect(error).to.include({ code: 'FILE_CHANGED', file: 'b.txt' });
    expect(readFiles(root)).to.deep.equal(before);
  });

  it('writes nothing when one file is read-only', async () => {
    const root = makeRepository({ 'a.txt': 'old', 'b.txt': 'locked' });
    chmodSync(join(root, 'b.txt'), 0o444);
    const before = readFiles(root);
    const plan = planOf(root, [
      { file: 'a.txt', before: 'old', after: 'new' },
      { file: 'new/c.txt', before: null, after: 'new' },
      { file: 'b.txt', before: 'locked', after: 'new' },
    ]);
    const error = await applyPlan(plan).catch(each => each);
    expect(error).to.include({ code: 'NOT_WRITABLE', file: 'b.txt' });
    expect(error.message).to.contain('No file was changed');
    expect(readFiles(root)).to.deep.equal(before);
    expect(readdirSync(root)).not.to.contain('new');
  });

  it('keeps the permissions of a file', async () => {
    const root = makeRepository({ 'a.sh': 'old' });
    chmodSync(join(root, 'a.sh'), 0o755);
    await applyPlan(planOf(root, [{ file: 'a.sh', before: 'old', after: 'new' }]));
    expect(statSync(join(root, 'a.sh')).mode & 0o777).to.equal(0o755);
  });

  it('refuses uncommitted changes, unless it is told to go on', async () => {
    const root = makeRepository({ 'a.txt': 'old', 'b.txt': 'committed' });
    commitAll(root);
    writeFileSync(join(root, 'b.txt'), 'changed');
    const plan = planOf(root, [{ file: 'a.txt', before: 'old', after: 'new' }]);
    const error = await applyPlan(plan).catch(each => each);
    expect(error.code).to.equal('DIRTY_WORK_TREE');
    expect(error.message).to.match(
      /uncommitted changes in .*: b\.txt\. Commit or stash them first/,
    );
    expect(readFiles(root)['a.txt']).to.equal('old');
    await applyPlan(plan, { force: true });
    expect(readFiles(root)['a.txt']).to.equal('new');
  });

  it('refuses to change files that git does not have, as nothing would bring them back', async () => {
    const root = makeRepository({ 'a.txt': 'old', '.gitignore': 'local.txt\n' });
    commitAll(root);
    writeFileSync(join(root, 'b.txt'), 'never added');
    writeFileSync(join(root, 'local.txt'), 'mine');
    const plan = planOf(root, [
      { file: 'a.txt', before: 'old', after: 'new' },
      { file: 'b.txt', before: 'never added', after: null },
      { file: 'c.txt', before: null, after: 'made' },
    ]);
    const error = await applyPlan(plan).catch(each => each);
    expect(error.code).to.equal('DIRTY_WORK_TREE');
    expect(error.message).to.match(
      /git does not have b\.txt in .* yet\. Add and commit them first/,
    );
    expect(readFiles(root)).to.include({ 'a.txt': 'old', 'b.txt': 'never added' });
    const ignored = [{ file: 'local.txt', before: 'mine', after: 'new' }];
    await applyPlan(planOf(root, ignored));
    expect(readFiles(root)['local.txt'], 'it can not be committed').to.equal('new');
    await applyPlan(plan, { force: true });
    expect(readFiles(root)).not.to.have.property('b.txt');
  });

  it('refuses to go on where git can not tell what is uncommitted', async () => {
    const root = makeRepository({ 'a.txt': 'old' });
    commitAll(root);
    writeFileSync(join(root, '.git/config'), '[broken');
    const plan = planOf(root, [{ file: 'a.txt', before: 'old', after: 'new' }]);
    const error = await applyPlan(plan).catch(each => each);
    expect(error.code).to.equal('DIRTY_WORK_TREE');
    expect(error.message).to.match(
      /git does not tell whether .* \(fatal: bad config .*or use force$/,
    );
    expect(readFiles(root)['a.txt']).to.equal('old');
  });

  it('does not follow a link out of the repository', async () => {
    const outside = makeRepository({ 'secret.txt': 'theirs' });
    const root = makeRepository({ 'a.txt': 'old' });
    symlinkSync(join(outside, 'secret.txt'), join(root, 'link.txt'));
    const plan = planOf(root, [
      { file: 'a.txt', before: 'old', after: 'new' },
      { file: 'link.txt', before: 'theirs', after: 'mine' },
    ]);
    const error = await applyPlan(plan).catch(each => each);
    expect(error.code).to.equal('OUTSIDE_REPOSITORY');
    expect(readFiles(outside)['secret.txt']).to.equal('theirs');
    expect(readFiles(root)['a.txt']).to.equal('old');
  });

  it('edits what a link inside the repository leads to, and keeps the link', async () => {
    const root = makeRepository({ 'deep/real.txt': 'old' });
    symlinkSync('deep/real.txt', join(root, 'link.txt'));
    await applyPlan(planOf(root, [{ file: 'link.txt', before: 'old', after: 'new' }]));
    expect(readFiles(root)['deep/real.txt']).to.equal('new');
    expect(lstatSync(join(root, 'link.txt')).isSymbolicLink()).to.equal(true);
  });

  it('does not read a backend through a link out of the repository', async () => {
    const outside = oldRepository();
    const root = makeRepository({});
    mkdirSync(join(root, 'packages/backend/src'));
    symlinkSync(join(outside, INDEX), join(root, INDEX));
    const error = await planLift(root).catch(each => each);
    expect(error.code).to.equal('OUTSIDE_REPOSITORY');
  });

  it('shows a diff that git applies', async () => {
    const root = oldRepository();
    writeFileSync(join(root, 'gone.txt'), 'one\ntwo');
    commitAll(root);
    const lift = await planLift(root);
    const plan = planOf(root, [
      ...lift.edits,
      { file: 'gone.txt', before: 'one\ntwo', after: null },
      { file: 'made.txt', before: null, after: 'without an end' },
    ]);
    execFileSync('git', ['apply', '--index', '-'], { cwd: root, input: formatUnifiedDiff(plan) });
    const applied = readFiles(root);
    for (const { file, after } of plan.edits) expect(applied[file] ?? null).to.equal(after);
  });

  it('shows no diff when there is nothing to do', () => {
    expect(formatUnifiedDiff(planOf('/', []))).to.equal('');
  });
});

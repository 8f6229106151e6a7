import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { applyPlan, type MigrationPlan } from 'backstage-forklift/guides';
import { makeRepository, readFiles, removeRepositories } from './temporary-repository';

const OLD = { 'a.txt': 'old a', 'b.txt': 'old b', 'gone.txt': 'old' };
const NEW = { 'a.txt': 'new a', 'b.txt': 'new b', 'deep/c.txt': 'new c' };

function planOf(root: string): MigrationPlan {
  const edits = [
    { file: 'a.txt', before: 'old a', after: 'new a' },
    { file: 'gone.txt', before: 'old', after: null },
    { file: 'deep/c.txt', before: null, after: 'new c' },
    { file: 'b.txt', before: 'old b', after: 'new b' },
  ];
  return { step: 'lift', root, backend: 'packages/backend', edits, report: [], warnings: [] };
}

/** The texts among the files, without the packages and what lies beside them. */
function texts(root: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(readFiles(root)).filter(([file]) => file.endsWith('.txt')),
  );
}

describe('applying a plan and being killed', () => {
  afterEach(removeRepositories);

  function kill(root: string, renames: number): void {
    const script = join(__dirname, 'apply-and-be-killed.ts');
    const args = ['--require', 'tsx/cjs', script, JSON.stringify(planOf(root)), String(renames)];
    const { signal, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(signal, stderr).to.equal('SIGKILL');
  }

  it('leaves every file as it was when it had not begun to replace them', async () => {
    const root = makeRepository(OLD);
    kill(root, 0);
    expect(texts(root)).to.deep.equal(OLD);
    await applyPlan(planOf(root));
    expect(texts(root)).to.deep.equal(NEW);
  });

  it('leaves nothing beside them that the next run would not remove', async () => {
    const root = makeRepository(OLD);
    kill(root, 0);
    expect(Object.keys(readFiles(root)).filter(each => each.includes('.forklift-'))).not.to.be
      .empty;
    await applyPlan({ ...planOf(root), edits: [] });
    expect(Object.keys(readFiles(root)).filter(each => each.includes('.forklift-'))).to.be.empty;
    expect(texts(root)).to.deep.equal(OLD);
  });

  for (const renames of [1, 2, 3]) {
    it(`is completed by the next run, whatever that is about (after ${renames} renames)`, async () => {
      const root = makeRepository(OLD);
      kill(root, renames);
      await applyPlan({ ...planOf(root), edits: [] });
      expect(texts(root)).to.deep.equal(NEW);
      expect(Object.keys(readFiles(root)).filter(each => each.includes('.forklift-'))).to.be.empty;
    });
  }

  it('is left to the run that is still writing', async () => {
    const root = makeRepository(OLD);
    const before = texts(root);
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    writeFileSync(join(root, '.forklift-lock'), String(other.pid));
    try {
      const error = await applyPlan(planOf(root)).catch(each => each);
      expect(error.code).to.equal('NOT_WRITABLE');
      expect(error.message).to.match(
        /^Another forklift \(process \d+\) is changing .*Run this again when it has ended/,
      );
      expect(texts(root)).to.deep.equal(before);
    } finally {
      other.kill();
      await once(other, 'close');
    }
    await applyPlan(planOf(root));
    expect(texts(root)).to.deep.equal(NEW);
    expect(Object.keys(readFiles(root)).filter(each => each.includes('.forklift-'))).to.be.empty;
  });

  it('is dropped by the next run when somebody has restored a file', async () => {
    const root = makeRepository(OLD);
    kill(root, 2);
    writeFileSync(join(root, 'a.txt'), OLD['a.txt']);
    const before = texts(root);
    await applyPlan({ ...planOf(root), edits: [] });
    expect(texts(root)).to.deep.equal(before);
    expect(Object.keys(readFiles(root)).filter(each => each.includes('.forklift-'))).to.be.empty;
  });
});

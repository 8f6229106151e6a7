import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files by path relative to the repository, with forward slashes. */
export type Files = Readonly<Record<string, string>>;

const MANIFESTS: Files = {
  'package.json': '{\n  "private": true,\n  "workspaces": ["packages/*"]\n}\n',
  'packages/backend/package.json': `${JSON.stringify(
    {
      name: 'backend',
      version: '1.0.0',
      backstage: { role: 'backend' },
      dependencies: { '@backstage/backend-common': '^0.25.0', winston: '^3.0.0' },
    },
    undefined,
    2,
  )}\n`,
};

const made: string[] = [];

/** A repository in a temporary folder, with a backend package; removed after the test. */
export function makeRepository(files: Files): string {
  const root = mkdtempSync(join(tmpdir(), 'forklift-guides-'));
  made.push(root);
  for (const [file, text] of Object.entries({ ...MANIFESTS, ...files })) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

export function removeRepositories(): void {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true });
}

/** All files of a folder, as text. */
export function readFiles(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter(each =>
    each.isFile(),
  );
  return Object.fromEntries(
    files.map(each => {
      const path = join(each.parentPath, each.name);
      return [path.slice(root.length + 1), readFileSync(path, 'utf8')];
    }),
  );
}

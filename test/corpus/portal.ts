import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A repository with a front end, as old backends look for one around them. */
export function createPortal(): string {
  const folder = mkdtempSync(join(tmpdir(), 'forklift-corpus-'));
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'portal', private: true, workspaces: { packages: [] } }),
  );
  const app = join(folder, 'node_modules', 'corpus-app');
  mkdirSync(join(app, 'dist', 'static'), { recursive: true });
  writeFileSync(join(app, 'package.json'), '{ "name": "corpus-app", "version": "1.0.0" }');
  writeFileSync(join(app, 'dist', 'index.html'), '<html><body>portal</body></html>');
  writeFileSync(join(app, 'dist', 'static', 'app.js'), 'start();');
  return folder;
}

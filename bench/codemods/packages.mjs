import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { typeErrorsOf } from './type-check.mjs';

const require = createRequire(import.meta.url);
const { planConvert, applyPlan } = require('../../dist/migration-guides');
const { listWorkspacePackages } = require('../../dist/migration-guides/engine/workspace-package');

const MAKES_ROUTER = /export\b[^;{]*\bcreate\w*Router\b|export\b.*\bclass \w+Builder\b/;
const IS_NATIVE = /\bcreateBackend(Plugin|Module)\s*\(/;

/**
 * Converts every package of a lifted repository that makes a router and has no plugin of the new
 * system yet.
 *
 * @param types - whether to look for type errors that were not there before
 */
export async function convertPackages({ root, backend }, { types }) {
  const result = { converted: 0, all: 0, manual: [], types: [] };
  for (const { folder, name, manifest } of listWorkspacePackages(root)) {
    const role = manifest.backstage?.role;
    const isPlugin = role === undefined ? name.endsWith('-backend') : role === 'backend-plugin';
    if (folder === backend || !isPlugin || !isOldPlugin(join(root, folder, 'src'))) continue;
    result.all += 1;
    const before = types ? typeErrorsOf(join(root, folder)) : [];
    const plan = await planConvert(root, name.includes('/') ? name : folder);
    if (plan.edits.length === 0) {
      result.manual.push(...plan.report.map(each => `${folder} ${each.reason}`));
      continue;
    }
    result.converted += 1;
    await applyPlan(plan, { force: true });
    const after = types ? typeErrorsOf(join(root, folder)) : [];
    result.types.push(...after.filter(each => !before.includes(each)));
  }
  return result;
}

function isOldPlugin(folder) {
  if (!existsSync(folder)) return false;
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => /\.ts$/.test(file) && !/\.(test|d)\.ts$/.test(file))
    .map(file => readFileSync(join(folder, file), 'utf8'));
  return texts.some(each => MAKES_ROUTER.test(each)) && !texts.some(each => IS_NATIVE.test(each));
}

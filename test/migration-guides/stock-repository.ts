import { expect } from 'chai';
import { planConvert, type MigrationPlan } from 'backstage-forklift/guides';
import { makeRepository } from './temporary-repository';

export const INDEX = 'packages/backend/src/index.ts';
export const MANIFEST = 'packages/backend/package.json';
export const CONFIG = 'app-config.yaml';

export interface Setup {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly config?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly runtime?: string;
}

export function repositoryWith(id: string, text: string, setup: Setup = {}): string {
  const { dependencies = {}, config = 'app:\n  title: Portal\n', files = {} } = setup;
  return makeRepository({
    [INDEX]: `import { createBackend } from '${setup.runtime ?? 'backstage-forklift'}';
import { legacyPlugin } from 'backstage-forklift/legacy';

const backend = createBackend();

backend.add(legacyPlugin('${id}', import('./plugins/${id}')));

backend.start();
`,
    [MANIFEST]: `${JSON.stringify({ name: 'backend', backstage: { role: 'backend' }, dependencies }, undefined, 2)}\n`,
    [`packages/backend/src/plugins/${id}.ts`]: text,
    [CONFIG]: config,
    ...files,
  });
}

export function convert(id: string, text: string, setup?: Setup): Promise<MigrationPlan> {
  return planConvert(repositoryWith(id, text, setup), id);
}

export function after(plan: MigrationPlan, file: string): string {
  return plan.edits.find(each => each.file === file)?.after ?? '';
}

/** Why a plan leaves all as it is. */
export function manual(plan: MigrationPlan): string[] {
  expect(plan.edits).to.deep.equal([]);
  return plan.report.filter(each => each.outcome === 'manual').map(each => each.reason);
}

/** The file of a plugin: what it imports, and the body of its function. */
export function pluginFile(imports: readonly string[], body: string): string {
  return `${imports.join('\n')}
import { PluginEnvironment } from '../types';

export default async function createPlugin(env: PluginEnvironment) {
${body}
}
`;
}

const CATALOG = "import { CatalogBuilder } from '@backstage/plugin-catalog-backend';";

export function catalogFile(imports: readonly string[], lines: string): string {
  return pluginFile(
    [CATALOG, ...imports],
    `  const builder = await CatalogBuilder.create(env);
${lines}
  const { processingEngine, router } = await builder.build();
  await processingEngine.start();
  return router;`,
  );
}

import type { WorkspacePackage } from '../engine/workspace-package';
import { ownVersionRange } from '../engine/own-version';
import type { NewFeature } from './new-feature';

/** Versions to ask for where the repository does not name one. */
const VERSIONS = {
  '@backstage/backend-defaults': '^0.5.0',
  '@backstage/backend-plugin-api': '^1.0.0',
  '@backstage/backend-test-utils': '^1.0.0',
  '@types/express': '^4.17.6',
  '@types/supertest': '^2.0.12',
  express: '^4.17.1',
  'express-promise-router': '^4.1.0',
  supertest: '^6.2.4',
} as const;

const ROLES = {
  plugin: 'backend-plugin',
  module: 'backend-plugin-module',
  service: 'node-library',
} as const;

/** What a package of each kind imports. */
const IMPORTS: Readonly<
  Record<
    NewFeature['kind'],
    { readonly shipped: readonly string[]; readonly dev: readonly string[] }
  >
> = {
  plugin: {
    shipped: ['@backstage/backend-plugin-api', 'express', 'express-promise-router'],
    dev: ['@types/express', '@types/supertest', 'supertest'],
  },
  module: { shipped: ['@backstage/backend-plugin-api'], dev: [] },
  service: { shipped: ['@backstage/backend-plugin-api'], dev: [] },
};

/** The package.json of a new package, in the layout of the ecosystem. */
export function manifestOf(feature: NewFeature, packages: readonly WorkspacePackage[]): string {
  const { kind, runtime, pluginId, name } = feature;
  const { shipped, dev } = IMPORTS[kind];
  const runtimes =
    runtime === 'forklift'
      ? ['backstage-forklift']
      : [
          '@backstage/backend-test-utils',
          ...(kind === 'plugin' ? ['@backstage/backend-defaults'] : []),
        ];
  const cli = declaredIn(packages, '@backstage/cli');
  const manifest = {
    name,
    version: '0.1.0',
    private: true,
    main: 'src/index.ts',
    types: 'src/index.ts',
    publishConfig: { access: 'public', main: 'dist/index.cjs.js', types: 'dist/index.d.ts' },
    backstage: {
      role: ROLES[kind],
      pluginId,
      ...(kind === 'module' ? {} : { pluginPackages: [name] }),
    },
    scripts: {
      ...(kind === 'plugin' ? { start: 'backstage-cli package start' } : {}),
      build: 'backstage-cli package build',
      lint: 'backstage-cli package lint',
      test: 'backstage-cli package test',
      clean: 'backstage-cli package clean',
      prepack: 'backstage-cli package prepack',
      postpack: 'backstage-cli package postpack',
    },
    dependencies: withVersions(shipped, packages),
    devDependencies: {
      ...withVersions([...runtimes, ...dev], packages),
      ...(cli ? { '@backstage/cli': cli } : {}),
    },
    files: ['dist'],
  };
  return `${JSON.stringify({ ...manifest, devDependencies: sorted(manifest.devDependencies) }, undefined, 2)}\n`;
}

function withVersions(
  names: readonly string[],
  packages: readonly WorkspacePackage[],
): Record<string, string> {
  const versions: Readonly<Record<string, string>> = {
    ...VERSIONS,
    'backstage-forklift': ownVersionRange(),
  };
  return sorted(
    Object.fromEntries(names.map(name => [name, declaredIn(packages, name) ?? versions[name]])),
  );
}

/** The range by which the repository's packages depend on something; of several, the first. */
function declaredIn(packages: readonly WorkspacePackage[], name: string): string | undefined {
  for (const { manifest } of packages) {
    const range = { ...manifest.devDependencies, ...manifest.dependencies }[name];
    if (range !== undefined && !/^(file|link|portal|workspace):/.test(range)) return range;
  }
  return undefined;
}

function sorted(object: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

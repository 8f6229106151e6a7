import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PackageFinder } from './package-finder';
import { parseConfigDeclaration } from './parse-config-declaration';
import type { Schema } from './visibility-marks';

/** The configuration schema that a package declares. */
export interface PackageSchema {
  packageName: string;
  /** The file that holds it: JSON, a package.json, or a `.d.ts`. */
  path: string;
  /** The package's package.json. */
  packageJson: string;
  /** Absent when the schema is a `.d.ts` that is more than {@link parseConfigDeclaration} understands. */
  value?: Schema;
}

interface PackageJson {
  name?: string;
  version?: string;
  configSchema?: string | Schema;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/**
 * Collects the configuration schemas of packages and of everything they depend on. Like
 * @backstage/config-loader it follows the dependencies of packages that have a schema or depend on
 * `@backstage/...` (or on this one), and leaves out the schema of backend-common where backend-defaults has its own.
 *
 * @param folders - the folders of the packages to start from
 */
export function collectConfigSchemas(folders: string[]): PackageSchema[] {
  const schemas: PackageSchema[] = [];
  const finder = new PackageFinder();
  const seenFolders = new Set<string>();
  const seenVersions = new Set<string>();
  const visit = (folder: string): void => {
    if (seenFolders.has(folder)) {
      return;
    }
    seenFolders.add(folder);
    const path = join(folder, 'package.json');
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    // Most of what is installed ends here, unparsed.
    if (!/"configSchema"|"@backstage\/|"backstage-forklift"/.test(text)) {
      return;
    }
    const pkg = JSON.parse(text) as PackageJson;
    const version = `${pkg.name}@${pkg.version}`;
    if (seenVersions.has(version)) {
      return;
    }
    seenVersions.add(version);
    const dependencies = Object.keys({
      ...pkg.dependencies,
      ...pkg.devDependencies,
      ...pkg.optionalDependencies,
      ...pkg.peerDependencies,
    });
    if (!pkg.configSchema && !dependencies.some(isOfBackstage)) {
      return;
    }
    if (pkg.configSchema) {
      schemas.push(readSchema(pkg.name ?? folder, path, pkg.configSchema));
    }
    for (const name of dependencies) {
      const dependency = finder.find(name, folder);
      if (dependency) {
        visit(dependency);
      }
    }
  };
  for (const folder of folders) {
    visit(realpathSync.native(folder));
  }
  return schemas.some(({ packageName }) => packageName === '@backstage/backend-defaults')
    ? schemas.filter(({ packageName }) => packageName !== '@backstage/backend-common')
    : schemas;
}

function isOfBackstage(name: string): boolean {
  return name.startsWith('@backstage/') || name === 'backstage-forklift';
}

function readSchema(
  packageName: string,
  packageJson: string,
  schema: string | Schema,
): PackageSchema {
  if (typeof schema !== 'string') {
    return { packageName, path: packageJson, packageJson, value: schema };
  }
  const path = resolve(dirname(packageJson), schema);
  const text = readFileSync(path, 'utf8');
  const value = schema.endsWith('.json')
    ? (JSON.parse(text) as Schema)
    : readDeclaration(path, text);
  return { packageName, path, packageJson, value };
}

function readDeclaration(path: string, text: string): Schema | undefined {
  const canImport = (specifier: string) =>
    ['.ts', '.d.ts', '/index.ts', '/index.d.ts'].some(end =>
      existsSync(resolve(dirname(path), specifier) + end),
    );
  try {
    return parseConfigDeclaration(text, canImport);
  } catch {
    return undefined;
  }
}

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  coreServices,
  createBackendFeatureLoader,
  type BackendFeature,
  type LoggerService,
  type RootConfigService,
} from '../api';
import { wiringError } from './errors';
import { isFeature, unwrapDefault, unwrapFeatureFactory } from './normalise-feature';

const KEY = 'backend.packages';
const ROLES = ['node-library', 'backend', 'backend-plugin', 'backend-plugin-module'];

/**
 * Installs the features that are the default exports, of the package itself and of its `/alpha`, of
 * the packages that the backend depends on and whose role says that they are of the backend. Which of
 * them is set by `backend.packages`: `all`, or lists `include` and `exclude` of package names. Nothing
 * by default.
 */
export const discoveryFeatureLoader = createBackendFeatureLoader({
  deps: { config: coreServices.rootConfig, logger: coreServices.rootLogger },
  loader: ({ config, logger }) => discoverFeatures(config, logger),
});

function discoverFeatures(config: RootConfigService, logger: LoggerService): BackendFeature[] {
  const setting = config.getOptional(KEY);
  if (!setting || Object.keys(setting).length === 0) {
    return [];
  }
  const folder = closestPackageFolder(process.argv[1] ?? join(process.cwd(), 'index.js'));
  const require = createRequire(join(folder, 'package.json'));
  const features = new Set<BackendFeature>();
  for (const name of packageNames(config, require('./package.json'))) {
    for (const path of isOfBackend(name, require) ? entryPoints(name, require) : []) {
      const feature = unwrapFeatureFactory(unwrapDefault(require(path)), {
        path: `package '${name}'`,
      });
      if (isFeature(feature)) {
        logger.info(`Detected: ${name}`);
        features.add(feature);
      }
    }
  }
  return [...features];
}

function packageNames(
  config: RootConfigService,
  { dependencies = {} }: { dependencies?: { [name in string]: string } },
): string[] {
  if (config.getOptional(KEY) === 'all') {
    return Object.keys(dependencies);
  }
  const include = config.getOptionalStringArray(`${KEY}.include`) ?? Object.keys(dependencies);
  const exclude = config.getOptionalStringArray(`${KEY}.exclude`) ?? [];
  return [...new Set(include)].filter(name => !exclude.includes(name));
}

function isOfBackend(name: string, require: NodeJS.Require): boolean {
  try {
    return ROLES.includes(require(`${name}/package.json`)?.backstage?.role);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') {
      return false;
    }
    throw wiringError(
      'FEATURE_NOT_LOADED',
      `Package '${name}' cannot be discovered, ${error}; install it, or list it in '${KEY}.exclude'`,
      error,
    );
  }
}

function entryPoints(name: string, require: NodeJS.Require): string[] {
  const paths = [require.resolve(name)];
  try {
    paths.push(require.resolve(`${name}/alpha`));
  } catch {
    // most have none
  }
  return paths;
}

function closestPackageFolder(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) {
      return folder;
    }
    if (folder === dirname(folder)) {
      throw wiringError(
        'FEATURE_NOT_LOADED',
        `Package discovery failed to find package.json above ${file}`,
      );
    }
  }
}

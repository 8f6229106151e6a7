import type * as ConfigLoader from '@backstage/config-loader';

/**
 * Loads the `ConfigSources` of @backstage/config-loader.
 *
 * The package's index also loads its schema compiler (ajv, json-schema-merge-allof and lodash, half
 * of the 140 ms that it takes), which is not needed to read configuration. So the one file that is
 * needed is loaded, and the index only if a version of the package no longer has it there.
 */
export function loadConfigSources(): typeof ConfigLoader.ConfigSources {
  try {
    return require('@backstage/config-loader/dist/sources/ConfigSources.cjs.js').ConfigSources;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') {
      throw error;
    }
    return (require('@backstage/config-loader') as typeof ConfigLoader).ConfigSources;
  }
}

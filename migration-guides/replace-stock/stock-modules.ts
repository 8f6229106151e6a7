import type { ExportVersions } from './new-export';

/** First versions of modules with a new-system export. See {@link STOCK_PACKAGES}. */
export const STOCK_MODULES: Readonly<Record<string, ExportVersions>> = {
  '@backstage/plugin-catalog-backend-module-aws': { alpha: '0.2.6', root: '0.4.3' },
  '@backstage/plugin-catalog-backend-module-azure': { alpha: '0.1.22', root: '0.2.3' },
  '@backstage/plugin-catalog-backend-module-bitbucket-cloud': { alpha: '0.1.18', root: '0.4.0' },
  '@backstage/plugin-catalog-backend-module-bitbucket-server': { alpha: '0.1.16', root: '0.2.3' },
  '@backstage/plugin-catalog-backend-module-gerrit': { alpha: '0.1.19', root: '0.2.3' },
  '@backstage/plugin-catalog-backend-module-github': { alpha: '0.4.0', root: '0.7.5' },
  '@backstage/plugin-catalog-backend-module-gitlab': { alpha: '0.3.0', root: '0.4.3' },
  '@backstage/plugin-catalog-backend-module-msgraph': { alpha: '0.5.10', root: '0.6.3' },
  '@backstage/plugin-catalog-backend-module-scaffolder-entity-model': { root: '0.1.0' },
  '@backstage/plugin-catalog-backend-module-unprocessed': { root: '0.3.0' },
  '@backstage/plugin-search-backend-module-catalog': {
    alpha: '0.1.7',
    root: '0.2.3',
    withoutRemoved: '0.1.22',
  },
  '@backstage/plugin-search-backend-module-pg': { alpha: '0.5.12', root: '0.5.36' },
  '@backstage/plugin-search-backend-module-techdocs': {
    alpha: '0.1.7',
    root: '0.3.0',
    withoutRemoved: '0.1.22',
  },
};

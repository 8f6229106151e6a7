import type { ExportVersions } from './new-export';

export interface ModuleVersions extends ExportVersions {
  /** Libraries only: what code uses of them has been the same since. */
  readonly sameSince?: string;
}

/**
 * First versions of modules with a new-system export, and for the libraries that kept code imports an
 * extension point from, a version that has it. See {@link STOCK_PACKAGES}.
 */
export const STOCK_MODULES: Readonly<Record<string, ModuleVersions>> = {
  '@backstage-community/plugin-catalog-backend-module-linguist-tags-processor': { root: '0.24.0' },
  '@backstage-community/search-backend-module-adr': { root: '0.23.0' },
  '@backstage/plugin-auth-backend-module-atlassian-provider': { root: '0.1.0', added: '0.3.1' },
  '@backstage/plugin-auth-backend-module-auth0-provider': { root: '0.1.0', added: '0.1.1' },
  '@backstage/plugin-auth-backend-module-aws-alb-provider': { root: '0.1.0', added: '0.2.1' },
  '@backstage/plugin-auth-backend-module-azure-easyauth-provider': {
    root: '0.1.0',
    added: '0.2.1',
  },
  '@backstage/plugin-auth-backend-module-bitbucket-provider': { root: '0.1.0', added: '0.2.1' },
  '@backstage/plugin-auth-backend-module-bitbucket-server-provider': {
    root: '0.1.0',
    added: '0.1.1',
  },
  '@backstage/plugin-auth-backend-module-cloudflare-access-provider': {
    root: '0.1.0',
    added: '0.3.1',
  },
  '@backstage/plugin-auth-backend-module-gcp-iap-provider': { root: '0.2.0', added: '0.3.1' },
  '@backstage/plugin-auth-backend-module-github-provider': { root: '0.1.0', added: '0.2.1' },
  '@backstage/plugin-auth-backend-module-gitlab-provider': { root: '0.1.0', added: '0.2.1' },
  '@backstage/plugin-auth-backend-module-google-provider': { root: '0.1.0', added: '0.2.1' },
  '@backstage/plugin-auth-backend-module-guest-provider': { root: '0.1.0', added: '0.2.1' },
  '@backstage/plugin-auth-backend-module-microsoft-provider': { root: '0.1.0', added: '0.2.1' },
  '@backstage/plugin-auth-backend-module-oauth2-provider': { root: '0.1.0', added: '0.3.1' },
  '@backstage/plugin-auth-backend-module-oauth2-proxy-provider': { root: '0.1.0', added: '0.2.1' },
  '@backstage/plugin-auth-backend-module-oidc-provider': { root: '0.1.0', added: '0.3.1' },
  '@backstage/plugin-auth-backend-module-okta-provider': { root: '0.0.1', added: '0.1.1' },
  '@backstage/plugin-auth-backend-module-onelogin-provider': { root: '0.1.0', added: '0.2.1' },
  '@backstage/plugin-auth-node': { root: '0.3.0', added: '0.5.3', sameSince: '0.2.0' },
  '@backstage/plugin-catalog-backend-module-aws': { alpha: '0.2.6', root: '0.4.3' },
  '@backstage/plugin-catalog-backend-module-azure': { alpha: '0.1.22', root: '0.2.3' },
  '@backstage/plugin-catalog-backend-module-bitbucket-cloud': { alpha: '0.1.18', root: '0.4.0' },
  '@backstage/plugin-catalog-backend-module-bitbucket-server': { alpha: '0.1.16', root: '0.2.3' },
  '@backstage/plugin-catalog-backend-module-gerrit': { alpha: '0.1.19', root: '0.2.3' },
  '@backstage/plugin-catalog-backend-module-github': { alpha: '0.4.0', root: '0.7.5' },
  '@backstage/plugin-catalog-backend-module-gitlab': { alpha: '0.3.0', root: '0.4.3' },
  '@backstage/plugin-catalog-backend-module-msgraph': { alpha: '0.5.10', root: '0.6.3' },
  '@backstage/plugin-catalog-backend-module-openapi': { root: '0.2.2' },
  '@backstage/plugin-catalog-backend-module-scaffolder-entity-model': {
    root: '0.1.0',
    added: '0.2.1',
  },
  '@backstage/plugin-catalog-backend-module-unprocessed': { root: '0.3.0', added: '0.5.1' },
  '@backstage/plugin-catalog-node': { root: '1.4.4', added: '1.13.1', sameSince: '1.0.0' },
  '@backstage/plugin-events-backend-module-github': { root: '0.2.12' },
  '@backstage/plugin-kubernetes-node': { root: '0.1.2', added: '0.1.20', sameSince: '0.1.0' },
  '@backstage/plugin-permission-node': { root: '0.8.4', sameSince: '0.7.0' },
  '@backstage/plugin-scaffolder-backend-module-azure': { root: '0.1.0', added: '0.2.1' },
  '@backstage/plugin-scaffolder-backend-module-bitbucket': { root: '0.1.0', added: '0.3.1' },
  '@backstage/plugin-scaffolder-backend-module-bitbucket-cloud': { root: '0.1.0', added: '0.2.1' },
  '@backstage/plugin-scaffolder-backend-module-bitbucket-server': { root: '0.1.0', added: '0.2.1' },
  '@backstage/plugin-scaffolder-backend-module-gerrit': { root: '0.1.0', added: '0.2.1' },
  '@backstage/plugin-scaffolder-backend-module-gitea': { root: '0.1.0', added: '0.2.1' },
  '@backstage/plugin-scaffolder-backend-module-github': { root: '0.2.0', added: '0.5.1' },
  '@backstage/plugin-scaffolder-backend-module-gitlab': { root: '0.4.0', added: '0.6.0' },
  '@backstage/plugin-scaffolder-node': { root: '0.2.3', added: '0.5.0', sameSince: '0.1.0' },
  '@backstage/plugin-search-backend-module-catalog': {
    alpha: '0.1.7',
    root: '0.2.3',
    withoutRemoved: '0.1.22',
  },
  '@backstage/plugin-search-backend-module-elasticsearch': { alpha: '1.3.6', root: '1.6.0' },
  '@backstage/plugin-search-backend-module-explore': {
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
  '@backstage/plugin-search-backend-node': { root: '1.2.7', added: '1.3.3', sameSince: '1.0.0' },
  '@backstage/plugin-techdocs-node': { root: '1.10.0', added: '1.12.12', sameSince: '1.4.0' },
};

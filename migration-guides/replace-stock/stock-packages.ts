import type { ExportVersions } from './new-export';

/** What a name in the wiring of a published plugin means for the new system. */
export interface Wiring {
  /** Packages with the modules that stand for it. */
  readonly modules?: readonly string[];
  /** Where an entity provider is configured, and hence where its schedule goes. */
  readonly config?: readonly string[];
}

/** A published plugin that old backends wire by hand. */
export interface StockPackage extends ExportVersions {
  readonly package: string;
  /** The id that the plugin gives itself, hence its path `/api/<id>`. */
  readonly id: string;
  /** Everything that ordinary wiring imports, as `package#name`; empty when there is no ordinary wiring. */
  readonly wiring: Readonly<Record<string, Wiring>>;
  /** Values that ordinary wiring writes out and that the new plugin has by default, without spaces. */
  readonly defaults?: readonly string[];
  /** Where to read on when a file does more than ordinary wiring. */
  readonly anchor: string;
}

const CATALOG_CLIENT = '@backstage/catalog-client#CatalogClient';
const PLAIN: Wiring = {};

/** A plugin whose createRouter takes services only. */
function plain(id: string, versions: ExportVersions, names: readonly string[] = []): StockPackage {
  const name = `@backstage/plugin-${id}-backend`;
  return {
    package: name,
    id,
    ...versions,
    wiring: Object.fromEntries([
      [CATALOG_CLIENT, PLAIN],
      ...['createRouter', ...names].map(each => [`${name}#${each}`, PLAIN]),
    ]),
    anchor: 'other-plugins',
  };
}

/** An entity provider of a catalog module that is made from the configuration. */
function provider(name: string, className: string, config = name): Record<string, Wiring> {
  const module = `@backstage/plugin-catalog-backend-module-${name}`;
  return {
    [`${module}#${className}`]: { modules: [module], config: ['catalog', 'providers', config] },
  };
}

/** The module for PostgreSQL tries the same, and leaves the search engine alone where it can not. */
const POSTGRES_OR_LUNR =
  '(awaitPgSearchEngine.supported(env.database))?awaitPgSearchEngine.fromConfig(env.config,' +
  '{database:env.database}):newLunrSearchEngine({logger:env.logger})';

const COLLATOR_SCHEDULE = '{frequency:{minutes:10},timeout:{minutes:15},initialDelay:{seconds:3}}';

/**
 * The published plugins that can be replaced by their own new-system export. Versions are those of the
 * releases that introduced the exports: 1.18 (`/alpha`, or at once the root) and 1.32 (the root). Those
 * without a version are only replaced when what is installed shows that it can be.
 */
export const STOCK_PACKAGES: readonly StockPackage[] = [
  {
    package: '@backstage/plugin-app-backend',
    id: 'app',
    alpha: '0.3.51',
    root: '0.3.76',
    wiring: { '@backstage/plugin-app-backend#createRouter': PLAIN },
    defaults: ["'app'"],
    anchor: 'app',
  },
  {
    package: '@backstage/plugin-catalog-backend',
    id: 'catalog',
    alpha: '1.13.0',
    root: '1.27.0',
    wiring: {
      '@backstage/plugin-catalog-backend#CatalogBuilder': PLAIN,
      '@backstage/plugin-catalog-backend-module-scaffolder-entity-model#ScaffolderEntitiesProcessor':
        { modules: ['@backstage/plugin-catalog-backend-module-scaffolder-entity-model'] },
      '@backstage/plugin-scaffolder-backend#ScaffolderEntitiesProcessor': {
        modules: ['@backstage/plugin-catalog-backend-module-scaffolder-entity-model'],
      },
      '@backstage/plugin-catalog-backend-module-unprocessed#UnprocessedEntitiesModule': {
        modules: ['@backstage/plugin-catalog-backend-module-unprocessed'],
      },
      ...provider('github', 'GithubEntityProvider'),
      ...provider('gitlab', 'GitlabDiscoveryEntityProvider'),
      ...provider('azure', 'AzureDevOpsEntityProvider', 'azureDevOps'),
      ...provider('bitbucket-cloud', 'BitbucketCloudEntityProvider', 'bitbucketCloud'),
      ...provider('bitbucket-server', 'BitbucketServerEntityProvider', 'bitbucketServer'),
      ...provider('aws', 'AwsS3EntityProvider', 'awsS3'),
      ...provider('gerrit', 'GerritEntityProvider'),
      ...provider('msgraph', 'MicrosoftGraphOrgEntityProvider', 'microsoftGraphOrg'),
    },
    anchor: 'catalog',
  },
  {
    package: '@backstage/plugin-proxy-backend',
    id: 'proxy',
    alpha: '0.4.0',
    root: '0.5.7',
    wiring: { '@backstage/plugin-proxy-backend#createRouter': PLAIN },
    anchor: 'other-plugins',
  },
  {
    package: '@backstage/plugin-techdocs-backend',
    id: 'techdocs',
    alpha: '1.7.0',
    root: '1.11.0',
    wiring: {
      '@backstage/plugin-techdocs-backend#createRouter': PLAIN,
      '@backstage/plugin-techdocs-backend#Generators': PLAIN,
      '@backstage/plugin-techdocs-backend#Preparers': PLAIN,
      '@backstage/plugin-techdocs-backend#Publisher': PLAIN,
      '@backstage/backend-common#DockerContainerRunner': PLAIN,
      'dockerode#default': PLAIN,
    },
    anchor: 'techdocs',
  },
  {
    package: '@backstage/plugin-search-backend',
    id: 'search',
    alpha: '1.4.3',
    root: '1.6.0',
    wiring: {
      '@backstage/plugin-search-backend#createRouter': PLAIN,
      '@backstage/plugin-search-backend-node#IndexBuilder': PLAIN,
      '@backstage/plugin-search-backend-node#LunrSearchEngine': PLAIN,
      '@backstage/plugin-search-backend-module-pg#PgSearchEngine': {
        modules: ['@backstage/plugin-search-backend-module-pg'],
      },
      '@backstage/plugin-catalog-backend#DefaultCatalogCollatorFactory': {
        modules: ['@backstage/plugin-search-backend-module-catalog'],
      },
      '@backstage/plugin-search-backend-module-catalog#DefaultCatalogCollatorFactory': {
        modules: ['@backstage/plugin-search-backend-module-catalog'],
      },
      '@backstage/plugin-techdocs-backend#DefaultTechDocsCollatorFactory': {
        modules: ['@backstage/plugin-search-backend-module-techdocs'],
      },
      '@backstage/plugin-search-backend-module-techdocs#DefaultTechDocsCollatorFactory': {
        modules: ['@backstage/plugin-search-backend-module-techdocs'],
      },
      '@backstage/backend-common#useHotCleanup': PLAIN,
    },
    defaults: [COLLATOR_SCHEDULE, POSTGRES_OR_LUNR],
    anchor: 'search',
  },
  {
    package: '@backstage/plugin-scaffolder-backend',
    id: 'scaffolder',
    alpha: '1.17.0',
    root: '1.26.0',
    withoutRemoved: '1.22.0',
    wiring: {
      '@backstage/plugin-scaffolder-backend#createRouter': PLAIN,
      [CATALOG_CLIENT]: PLAIN,
    },
    anchor: 'scaffolder',
  },
  {
    package: '@backstage/plugin-kubernetes-backend',
    id: 'kubernetes',
    alpha: '0.12.0',
    root: '0.18.7',
    wiring: {
      '@backstage/plugin-kubernetes-backend#KubernetesBuilder': PLAIN,
      '@backstage/plugin-kubernetes-backend#createRouter': PLAIN,
      [CATALOG_CLIENT]: PLAIN,
    },
    anchor: 'other-plugins',
  },
  {
    package: '@backstage/plugin-auth-backend',
    id: 'auth',
    root: '0.19.0',
    wiring: {},
    anchor: 'auth',
  },
  {
    package: '@backstage/plugin-permission-backend',
    id: 'permission',
    alpha: '0.5.26',
    root: '0.5.50',
    wiring: {},
    anchor: 'permission',
  },
  plain('adr', { root: '0.4.0' }),
  plain('airbrake', { root: '0.3.0' }, ['extractAirbrakeConfig']),
  plain('periskop', { root: '0.2.0' }),
  plain('todo', { root: '0.3.1' }, ['TodoReaderService', 'TodoScmReader']),
  plain('badges', {}, ['createDefaultBadgeFactories']),
  plain('devtools', { root: '0.2.0' }, ['DefaultDevToolsService']),
  plain('azure-devops', { root: '0.4.0' }),
  plain('entity-feedback', {}),
  plain('kafka', { root: '0.3.0' }),
  plain('lighthouse', {}),
  plain('linguist', {}),
  plain('user-settings', { alpha: '0.2.1', root: '0.2.25', withoutRemoved: '0.2.16' }),
];

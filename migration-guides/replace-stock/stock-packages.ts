import type { ExportVersions } from './new-export';

/** What a name in the wiring of a published plugin means for the new system. */
export interface Wiring {
  /** Packages with the modules that stand for it. */
  readonly modules?: readonly string[];
  /** Where it is configured, and hence where its schedule goes. */
  readonly config?: readonly string[];
  /** Options that have the same name there. */
  readonly options?: readonly string[];
}

/** A method of the old builder, as the extension point has it. */
export interface ExtensionMethod {
  readonly name: string;
  /** All arguments belong together; otherwise each is something to add. */
  readonly takes?: 'all';
}

/** An option of createRouter, as the extension point takes it. */
export interface ExtensionOption {
  readonly method: string;
  /** `value` as it is, `list` as so many arguments, `entries` by a call for each. */
  readonly form: 'value' | 'list' | 'entries';
}

/** An option of the old builder, as a method of an extension point of its own. */
export interface BuilderOption {
  readonly point: string;
  readonly name: string;
  readonly method: string;
}

/** How code of a project reaches a published plugin of the new system. */
export interface ExtensionForm {
  /** The extension point, and what it is imported from. */
  readonly point: string;
  readonly from: string;
  /** What it is called in the module's code. */
  readonly name: string;
  /** What makes the old builder, as `package#name`. */
  readonly builders?: readonly string[];
  /** Methods of the old builder. */
  readonly methods: Readonly<Record<string, ExtensionMethod>>;
  /** Options of the old builder that go to another extension point of the same package. */
  readonly builderOptions?: Readonly<Record<string, BuilderOption>>;
  /** Options of createRouter that are methods of the extension point. */
  readonly options?: Readonly<Record<string, ExtensionOption>>;
}

/** A value in code that is configuration now. */
export interface SettingForm {
  readonly path: readonly string[];
  print(value: string): string;
}

/** A published plugin that old backends wire by hand. */
export interface StockPackage extends ExportVersions {
  readonly package: string;
  /** The id that the plugin gives itself, hence its path `/api/<id>`. */
  readonly id: string;
  /** The package under which its development goes on, where the old one has no plugin that still starts. */
  readonly successor?: { readonly name: string; readonly version: string };
  /** Everything that ordinary wiring imports, as `package#name`. */
  readonly wiring: Readonly<Record<string, Wiring>>;
  /** Values that ordinary wiring writes out and that the new plugin has by default, without spaces. */
  readonly defaults?: readonly string[];
  /** What code of the project does through an extension point, in a module of its own. */
  readonly extension?: ExtensionForm;
  /** Options of createRouter, and methods of the builder, that are configuration now. */
  readonly settings?: Readonly<Record<string, SettingForm>>;
  /** Its createRouter is given the environment as a whole, spread or not. */
  readonly takesWholeEnvironment?: boolean;
  /** Where to read on when a file does more than ordinary wiring. */
  readonly anchor: string;
}

const CATALOG_CLIENT = '@backstage/catalog-client#CatalogClient';
const PLAIN: Wiring = {};

/** A plugin whose createRouter takes services only. */
function plain(
  id: string,
  versions: ExportVersions & Pick<StockPackage, 'successor'>,
  names: readonly string[] = [],
  name = `@backstage/plugin-${id}-backend`,
): StockPackage {
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

/** A plugin of the community repository, which Backstage's own repository had before. */
function community(id: string, version: string): { name: string; version: string } {
  return { name: `@backstage-community/plugin-${id}-backend`, version };
}

/** An entity provider of a catalog module that is made from the configuration. */
function provider(name: string, className: string, config = name): Record<string, Wiring> {
  const module = `@backstage/plugin-catalog-backend-module-${name}`;
  return {
    [`${module}#${className}`]: { modules: [module], config: ['catalog', 'providers', config] },
  };
}

/** A collator of a search module, exported by one package after another. */
function collator(
  type: string,
  names: readonly string[],
  options: readonly string[] = [],
  module = `@backstage/plugin-search-backend-module-${type}`,
): Record<string, Wiring> {
  const wiring = { modules: [module], config: ['search', 'collators', type], options };
  return Object.fromEntries(names.map(each => [each, wiring]));
}

const as = (...path: string[]): SettingForm => ({ path, print: value => value });

/** The module for PostgreSQL tries the same, and leaves the search engine alone where it can not. */
const POSTGRES_OR_LUNR =
  '(awaitPgSearchEngine.supported(env.database))?awaitPgSearchEngine.fromConfig(env.config,' +
  '{database:env.database}):newLunrSearchEngine({logger:env.logger})';

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
    settings: { appPackageName: as('app', 'packageName') },
    anchor: 'app',
  },
  {
    package: '@backstage/plugin-catalog-backend',
    id: 'catalog',
    alpha: '1.13.0',
    root: '1.27.0',
    wiring: {
      '@backstage/plugin-catalog-backend#CatalogBuilder': PLAIN,
      '@backstage/plugin-catalog-backend#createRouter': PLAIN,
      '@backstage/plugin-catalog-backend-module-scaffolder-entity-model#ScaffolderEntitiesProcessor':
        { modules: ['@backstage/plugin-catalog-backend-module-scaffolder-entity-model'] },
      '@backstage/plugin-scaffolder-backend#ScaffolderEntitiesProcessor': {
        modules: ['@backstage/plugin-catalog-backend-module-scaffolder-entity-model'],
      },
      '@backstage/plugin-catalog-backend-module-unprocessed#UnprocessedEntitiesModule': {
        modules: ['@backstage/plugin-catalog-backend-module-unprocessed'],
      },
      '@backstage/plugin-catalog-backend-module-openapi#jsonSchemaRefPlaceholderResolver': {
        modules: ['@backstage/plugin-catalog-backend-module-openapi'],
      },
      '@backstage/plugin-linguist-backend#LinguistTagsProcessor': {
        modules: ['@backstage-community/plugin-catalog-backend-module-linguist-tags-processor'],
      },
      ...provider('github', 'GithubEntityProvider'),
      ...provider('github', 'GitHubEntityProvider'),
      ...provider('gitlab', 'GitlabDiscoveryEntityProvider'),
      ...provider('azure', 'AzureDevOpsEntityProvider', 'azureDevOps'),
      ...provider('bitbucket-cloud', 'BitbucketCloudEntityProvider', 'bitbucketCloud'),
      ...provider('bitbucket-server', 'BitbucketServerEntityProvider', 'bitbucketServer'),
      ...provider('aws', 'AwsS3EntityProvider', 'awsS3'),
      ...provider('gerrit', 'GerritEntityProvider'),
      ...provider('msgraph', 'MicrosoftGraphOrgEntityProvider', 'microsoftGraphOrg'),
    },
    extension: {
      point: 'catalogProcessingExtensionPoint',
      from: '@backstage/plugin-catalog-node/alpha',
      name: 'catalog',
      builders: ['@backstage/plugin-catalog-backend#CatalogBuilder'],
      methods: {
        addProcessor: { name: 'addProcessor' },
        addEntityProvider: { name: 'addEntityProvider' },
        setPlaceholderResolver: { name: 'addPlaceholderResolver', takes: 'all' },
      },
    },
    settings: {
      setProcessingIntervalSeconds: {
        path: ['catalog', 'processingInterval'],
        print: value => `{ seconds: ${value} }`,
      },
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
      '@backstage/techdocs-common#Generators': PLAIN,
      '@backstage/techdocs-common#Preparers': PLAIN,
      '@backstage/techdocs-common#Publisher': PLAIN,
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
      '@backstage/plugin-search-backend-module-elasticsearch#ElasticSearchSearchEngine': {
        modules: ['@backstage/plugin-search-backend-module-elasticsearch'],
      },
      ...collator(
        'catalog',
        [
          '@backstage/plugin-catalog-backend#DefaultCatalogCollator',
          '@backstage/plugin-catalog-backend#DefaultCatalogCollatorFactory',
          '@backstage/plugin-search-backend-module-catalog#DefaultCatalogCollatorFactory',
        ],
        ['filter', 'batchSize', 'locationTemplate'],
      ),
      ...collator(
        'techdocs',
        [
          '@backstage/plugin-techdocs-backend#DefaultTechDocsCollator',
          '@backstage/plugin-techdocs-backend#DefaultTechDocsCollatorFactory',
          '@backstage/plugin-search-backend-module-techdocs#DefaultTechDocsCollatorFactory',
        ],
        ['locationTemplate'],
      ),
      ...collator('explore', [
        '@backstage/plugin-explore-backend#ToolDocumentCollatorFactory',
        '@backstage/plugin-search-backend-module-explore#ToolDocumentCollatorFactory',
      ]),
      ...collator(
        'adr',
        ['@backstage/plugin-adr-backend#DefaultAdrCollatorFactory'],
        [],
        '@backstage-community/search-backend-module-adr',
      ),
    },
    defaults: [POSTGRES_OR_LUNR],
    extension: {
      point: 'searchIndexRegistryExtensionPoint',
      from: '@backstage/plugin-search-backend-node/alpha',
      name: 'indexRegistry',
      builders: ['@backstage/plugin-search-backend-node#IndexBuilder'],
      methods: { addCollator: { name: 'addCollator' }, addDecorator: { name: 'addDecorator' } },
      builderOptions: {
        searchEngine: {
          point: 'searchEngineRegistryExtensionPoint',
          name: 'engineRegistry',
          method: 'setSearchEngine',
        },
      },
    },
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
      '@backstage/plugin-scaffolder-backend#createBuiltinActions': PLAIN,
      '@backstage/plugin-scaffolder-backend#CatalogEntityClient': PLAIN,
      '@backstage/plugin-scaffolder-backend#CreateReactAppTemplater': PLAIN,
      '@backstage/backend-common#DockerContainerRunner': PLAIN,
      '@backstage/backend-common#SingleHostDiscovery': PLAIN,
      '@backstage/integration#ScmIntegrations': PLAIN,
      'dockerode#default': PLAIN,
      [CATALOG_CLIENT]: PLAIN,
    },
    extension: {
      point: 'scaffolderActionsExtensionPoint',
      from: '@backstage/plugin-scaffolder-node/alpha',
      name: 'scaffolder',
      methods: {},
      options: { actions: { method: 'addActions', form: 'list' } },
    },
    settings: {
      taskWorkers: as('scaffolder', 'concurrentTasksLimit'),
      concurrentTasksLimit: as('scaffolder', 'concurrentTasksLimit'),
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
    added: '0.23.1',
    withoutRemoved: '0.21.0',
    wiring: {
      '@backstage/plugin-auth-backend#createRouter': PLAIN,
      '@backstage/plugin-auth-backend#providers': PLAIN,
      '@backstage/plugin-auth-backend#defaultAuthProviderFactories': PLAIN,
    },
    extension: {
      point: 'authProvidersExtensionPoint',
      from: '@backstage/plugin-auth-node',
      name: 'authProviders',
      methods: {},
      options: { providerFactories: { method: 'registerProvider', form: 'entries' } },
    },
    anchor: 'auth',
  },
  {
    package: '@backstage/plugin-permission-backend',
    id: 'permission',
    alpha: '0.5.26',
    root: '0.5.50',
    wiring: {
      '@backstage/plugin-permission-backend#createRouter': PLAIN,
      '@backstage/plugin-auth-node#IdentityClient': PLAIN,
    },
    defaults: ["'auth'"],
    extension: {
      point: 'policyExtensionPoint',
      from: '@backstage/plugin-permission-node/alpha',
      name: 'policy',
      methods: {},
      options: { policy: { method: 'setPolicy', form: 'value' } },
    },
    anchor: 'permission',
  },
  {
    package: '@backstage/plugin-events-backend',
    id: 'events',
    alpha: '0.2.12',
    root: '0.3.13',
    wiring: {
      '@backstage/plugin-events-backend#EventsBackend': PLAIN,
      '@backstage/plugin-events-backend#HttpPostIngressEventPublisher': PLAIN,
    },
    anchor: 'other-plugins',
  },
  plain('adr', { root: '0.4.0', successor: community('adr', '0.26.0') }),
  plain('airbrake', { root: '0.3.0' }, ['extractAirbrakeConfig']),
  plain('periskop', { root: '0.2.0' }),
  plain('todo', { root: '0.3.1' }, ['TodoReaderService', 'TodoScmReader']),
  plain('badges', { successor: community('badges', '0.27.0') }, ['createDefaultBadgeFactories']),
  plain('devtools', { root: '0.2.0' }, ['DefaultDevToolsService']),
  plain('azure-devops', { root: '0.4.0' }),
  plain('entity-feedback', { successor: community('entity-feedback', '0.25.0') }),
  plain('kafka', { root: '0.3.0' }),
  plain('lighthouse', {}),
  {
    ...plain('linguist', { successor: community('linguist', '0.31.0') }),
    takesWholeEnvironment: true,
    settings: {
      schedule: as('linguist', 'schedule'),
      age: as('linguist', 'age'),
      batchSize: as('linguist', 'batchSize'),
      useSourceLocation: as('linguist', 'useSourceLocation'),
    },
  },
  plain('playlist', { successor: community('playlist', '0.25.0') }),
  plain('user-settings', { alpha: '0.2.1', root: '0.2.25', withoutRemoved: '0.2.16' }),
];

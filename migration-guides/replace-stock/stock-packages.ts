import type { ExportVersions } from './new-export';
import { CATALOG } from './catalog-package';
import { KUBERNETES } from './kubernetes-package';
import { RBAC } from './rbac-packages';
import { SEARCH } from './search-package';
import { PLAIN, type FurtherPoint, type SettingForm, type StockPackage } from './stock-package';

const CATALOG_CLIENT = '@backstage/catalog-client#CatalogClient';

const TEMPLATING: FurtherPoint = {
  point: 'scaffolderTemplatingExtensionPoint',
  name: 'templating',
  since: '0.2.0',
};

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

const as = (...path: string[]): SettingForm => ({ path, print: value => value });

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
    settings: {
      appPackageName: as('app', 'packageName'),
      disableConfigInjection: as('app', 'disableConfigInjection'),
      disableStaticFallbackCache: as('app', 'disableStaticFallbackCache'),
    },
    anchor: 'app',
  },
  CATALOG,
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
    extension: {
      point: 'techdocsBuildsExtensionPoint',
      from: '@backstage/plugin-techdocs-node',
      name: 'builds',
      plugin: '1.9.0',
      builders: ['@backstage/plugin-techdocs-backend#Preparers'],
      methods: {
        register: {
          name: 'registerPreparer',
          takes: 'all',
          on: {
            point: 'techdocsPreparerExtensionPoint',
            name: 'preparers',
            since: '1.12.3',
            plugin: '1.10.4',
          },
        },
      },
      options: {
        docsBuildStrategy: { method: 'setBuildStrategy', form: 'value' },
        buildLogTransport: { method: 'setBuildLogTransport', form: 'value' },
      },
    },
    anchor: 'techdocs',
  },
  SEARCH,
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
      options: {
        actions: { method: 'addActions', form: 'list' },
        additionalTemplateFilters: { method: 'addTemplateFilters', form: 'value', on: TEMPLATING },
        additionalTemplateGlobals: { method: 'addTemplateGlobals', form: 'value', on: TEMPLATING },
        taskBroker: {
          method: 'setTaskBroker',
          form: 'value',
          on: { point: 'scaffolderTaskBrokerExtensionPoint', name: 'taskBroker', since: '0.2.0' },
        },
      },
    },
    settings: {
      taskWorkers: as('scaffolder', 'concurrentTasksLimit'),
      concurrentTasksLimit: as('scaffolder', 'concurrentTasksLimit'),
    },
    anchor: 'scaffolder',
  },
  KUBERNETES,
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
  ...RBAC,
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

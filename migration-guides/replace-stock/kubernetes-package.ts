import { PLAIN, type FurtherPoint, type StockPackage } from './stock-package';

const BACKEND = '@backstage/plugin-kubernetes-backend';

/** The first release with all the extension points. */
const SINCE = { since: '0.1.2', plugin: '0.14.0' };

function point(subject: string, name: string): FurtherPoint {
  return { point: `kubernetes${subject}ExtensionPoint`, name, ...SINCE };
}

/** The clusters: who finds them, how they are signed in to, and who asks them. */
export const KUBERNETES: StockPackage = {
  package: BACKEND,
  id: 'kubernetes',
  alpha: '0.12.0',
  root: '0.18.7',
  wiring: {
    [`${BACKEND}#KubernetesBuilder`]: PLAIN,
    [`${BACKEND}#createRouter`]: PLAIN,
    '@backstage/catalog-client#CatalogClient': PLAIN,
  },
  extension: {
    point: 'kubernetesClusterSupplierExtensionPoint',
    from: '@backstage/plugin-kubernetes-node',
    name: 'clusters',
    plugin: SINCE.plugin,
    builders: [`${BACKEND}#KubernetesBuilder`],
    methods: {
      setClusterSupplier: { name: 'addClusterSupplier', takes: 'one' },
      addAuthStrategy: {
        name: 'addAuthStrategy',
        takes: 'all',
        on: point('AuthStrategy', 'authStrategies'),
      },
      setFetcher: { name: 'addFetcher', takes: 'one', on: point('Fetcher', 'fetchers') },
      setObjectsProvider: {
        name: 'addObjectsProvider',
        takes: 'one',
        on: point('ObjectsProvider', 'objects'),
      },
      setServiceLocator: {
        name: 'addServiceLocator',
        takes: 'one',
        on: point('ServiceLocator', 'locators'),
      },
    },
    options: { clusterSupplier: { method: 'addClusterSupplier', form: 'value' } },
  },
  anchor: 'kubernetes',
};

import { PLAIN, type StockPackage, type Wiring } from './stock-package';

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

/** The module for PostgreSQL tries the same, and leaves the search engine alone where it can not. */
const POSTGRES_OR_LUNR =
  '(awaitPgSearchEngine.supported(env.database))?awaitPgSearchEngine.fromConfig(env.config,' +
  '{database:env.database}):newLunrSearchEngine({logger:env.logger})';

/** The search: its engines and collators are modules. */
export const SEARCH: StockPackage = {
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
};

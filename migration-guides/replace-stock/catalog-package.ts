import { PLAIN, type FurtherPoint, type StockPackage, type Wiring } from './stock-package';

/** An entity provider of a catalog module that is made from the configuration. */
function provider(name: string, className: string, config = name): Record<string, Wiring> {
  const module = `@backstage/plugin-catalog-backend-module-${name}`;
  return {
    [`${module}#${className}`]: { modules: [module], config: ['catalog', 'providers', config] },
  };
}

function permissions(since: string, plugin: string): FurtherPoint {
  return { point: 'catalogPermissionExtensionPoint', name: 'catalogPermissions', since, plugin };
}

function model(since: string, plugin: string): FurtherPoint {
  return { point: 'catalogModelExtensionPoint', name: 'catalogModel', since, plugin };
}

const ANALYSIS: FurtherPoint = {
  point: 'catalogAnalysisExtensionPoint',
  name: 'catalogAnalysis',
  since: '1.12.0',
  plugin: '1.22.0',
};

/** The catalog: its processors, providers and the like are modules. */
export const CATALOG: StockPackage = {
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
      addPermissionRules: { name: 'addPermissionRules', on: permissions('1.6.0', '1.16.0') },
      addPermissions: { name: 'addPermissions', on: permissions('1.9.0', '1.20.0') },
      setEntityDataParser: {
        name: 'setEntityDataParser',
        takes: 'all',
        on: model('1.8.0', '1.18.0'),
      },
      setFieldFormatValidators: {
        name: 'setFieldValidators',
        takes: 'all',
        on: model('1.7.0', '1.17.0'),
      },
      setAllowedLocationTypes: {
        name: 'setAllowedLocationTypes',
        takes: 'all',
        on: {
          point: 'catalogLocationsExtensionPoint',
          name: 'catalogLocations',
          since: '1.12.5',
          plugin: '1.25.0',
        },
      },
      addLocationAnalyzers: { name: 'addScmLocationAnalyzer', takes: 'one', on: ANALYSIS },
      setLocationAnalyzer: { name: 'setLocationAnalyzer', takes: 'all', on: ANALYSIS },
    },
  },
  settings: {
    setProcessingIntervalSeconds: {
      path: ['catalog', 'processingInterval'],
      print: value => `{ seconds: ${value} }`,
    },
  },
  anchor: 'catalog',
};

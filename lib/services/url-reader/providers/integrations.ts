import type * as Integration from '@backstage/integration';
import type { UrlReaderService } from '../../../api';
import type { ReaderFactory } from '../reader-factory';
import type { ReadTreeResponseFactory } from '../tree/read-tree-response-factory';
import type { TreeLimits } from '../tree/tree-limits';

/** Loads @backstage/integration: it takes 200 ms and 35 MB. */
export function loadIntegration(): typeof Integration {
  return require('@backstage/integration');
}

/** What readers work with. */
export interface ReaderDeps {
  treeResponseFactory: ReadTreeResponseFactory;
  /** Bounds the trees that are listed file by file; by default as archives are. */
  limits?: TreeLimits;
}

/**
 * A factory that makes a reader for each integration of one kind, for the URLs on its host.
 *
 * @param create - is called with all integrations once, and then with each integration of the kind
 * @param hostOf - the host whose URLs an integration reads, if it is not that of its configuration
 */
export function createReaderFactory<TIntegration extends { config: { host: string } }>(
  list: (integrations: Integration.ScmIntegrations) => TIntegration[],
  create: (
    integrations: Integration.ScmIntegrations,
    deps: ReaderDeps,
  ) => (integration: TIntegration) => UrlReaderService,
  hostOf: (integration: TIntegration) => string = ({ config }) => config.host,
): ReaderFactory {
  return ({ config, treeResponseFactory }) => {
    const integrations = loadIntegration().ScmIntegrations.fromConfig(config);
    const createReader = create(integrations, { treeResponseFactory });
    return list(integrations).map(integration => {
      const host = hostOf(integration);
      return { reader: createReader(integration), predicate: url => url.host === host };
    });
  };
}

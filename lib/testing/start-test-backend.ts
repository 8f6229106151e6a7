import type { BackendFeature, ExtensionPoint } from '../api';
import { checkOptions, invalidOptions } from '../api/check-options';
import { createSpecializedBackend, type Backend } from '../wiring';
import { checkExtensionPoint } from '../wiring/check-refs';
import { normaliseFeature, unwrapDefault, unwrapFeatureFactory } from '../wiring/normalise-feature';
import type { ExtendedHttpServer } from '../services';
import { defaultServiceFactories } from './default-service-factories';
import {
  modulesForExtensionPointMocks,
  pluginsForOrphanModules,
  type ExtensionPointMock,
} from './supporting-features';
import { createTestHttpServer } from './test-http-server';
import { afterAllTests } from './test-hooks';

/** Options of {@link startTestBackend}. */
export interface TestBackendOptions<TExtensionPoints extends any[]> {
  /** Extension points of plugins that are not there, with what stands in for them. */
  extensionPoints?: readonly [
    ...{
      [index in keyof TExtensionPoints]: [
        ExtensionPoint<TExtensionPoints[index]>,
        Partial<TExtensionPoints[index]>,
      ];
    },
  ];
  /** The features under test, and factories that replace the default mock services. */
  features?: Array<BackendFeature | Promise<{ default: BackendFeature }>>;
}

/** A started backend for a test. */
export interface TestBackend extends Backend {
  /**
   * The HTTP server, for `request(backend.server)` of supertest and the like. Reading it throws when
   * another root HTTP router is installed.
   */
  readonly server: ExtendedHttpServer;
}

/**
 * Starts a backend with mock services on a random port. It stops when the tests are done. Modules
 * whose plugin is not among the features get an empty plugin.
 *
 * @throws InputError when an option or a feature is not what it should be
 * @throws BackendStartupError, or whatever a service or feature throws at start
 *
 * @example
 * ```ts
 * const { server } = await startTestBackend({ features: [import('../src')] });
 * await request(server).get('/api/tickets/list').expect(200, []);
 * ```
 */
export async function startTestBackend<TExtensionPoints extends any[]>(
  options: TestBackendOptions<TExtensionPoints> = {},
): Promise<TestBackend> {
  checkTestBackendOptions(options);
  const features = (await Promise.all(options.features ?? [])).map(toFeature);
  const mocks = (options.extensionPoints ?? []) as readonly ExtensionPointMock[];
  const http = createTestHttpServer();
  const backend = createSpecializedBackend({
    // A failed start is the test's to judge, whichever runner it is.
    onStartupFailure: 'throw',
    defaultServiceFactories: [...defaultServiceFactories, ...http.factories],
  });
  const supporting = [
    ...modulesForExtensionPointMocks(features, mocks),
    ...pluginsForOrphanModules(features),
  ];
  for (const feature of [...supporting, ...features]) {
    backend.add(feature);
  }
  afterAllTests(() => backend.stop());
  await backend.start();
  return Object.defineProperty(backend, 'server', { get: http.get }) as TestBackend;
}

function toFeature(value: unknown, index: number): BackendFeature {
  const source = { path: `features[${index}] of startTestBackend` };
  const feature = unwrapFeatureFactory(unwrapDefault(value), source);
  normaliseFeature(feature, source);
  return feature as BackendFeature;
}

function checkTestBackendOptions(options: TestBackendOptions<any[]>): void {
  checkOptions('startTestBackend', options, {});
  const lists = { features: options.features, extensionPoints: options.extensionPoints };
  for (const [name, list] of Object.entries(lists)) {
    if (list !== undefined && !Array.isArray(list)) {
      throw invalidOptions('startTestBackend', `options.${name}`, 'an array', list);
    }
  }
  options.extensionPoints?.forEach((pair: unknown, index) => {
    const path = `options.extensionPoints[${index}]`;
    if (!Array.isArray(pair)) {
      throw invalidOptions('startTestBackend', path, '[extensionPoint, implementation]', pair);
    }
    checkExtensionPoint(pair[0], { path: `${path}[0] of startTestBackend` }, '');
  });
}

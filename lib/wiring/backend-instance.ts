import type { BackendFeature, LoggerService } from '../api';
import type { Backend } from './backend';
import type { CreateSpecializedBackendOptions } from './create-specialized-backend';
import { wiringError } from './errors';
import { checkExtensionPointFactoryMiddleware } from './extension-point-factory-middleware';
import { FeatureInstaller } from './feature-installer';
import type { InternalExtensionPointFactoryMiddleware } from './extension-point-factory-middleware';
import { ServiceFactories } from './service-factories';
import { ServiceRegistry } from './service-registry';
import { stopOnProcessExit } from './process-exit';
import { startBackend } from './start-backend';
import type { BackendStartupResult } from './startup-result';
import { stopBackend } from './stop-backend';
import { watchUnhandledErrors } from './unhandled-errors';

/** The states of a backend: features are added until it starts; it starts once and stops once. */
export class BackendInstance implements Backend {
  readonly #factories: ServiceFactories;
  readonly #services: ServiceRegistry;
  readonly #features: FeatureInstaller;
  readonly #middleware: InternalExtensionPointFactoryMiddleware[];
  #pluginIds: string[] = [];
  #starting?: Promise<BackendStartupResult>;
  #stopping?: Promise<void>;
  #unwatch?: () => void;

  constructor(options: CreateSpecializedBackendOptions) {
    this.#factories = new ServiceFactories(options.defaultServiceFactories);
    this.#services = new ServiceRegistry(this.#factories);
    this.#features = new FeatureInstaller(this.#factories);
    this.#middleware = (options.extensionPointFactoryMiddleware ?? []).map((middleware, index) =>
      checkExtensionPointFactoryMiddleware(middleware, `extensionPointFactoryMiddleware[${index}]`),
    );
  }

  add(feature: BackendFeature | Promise<{ default: BackendFeature }>): void {
    if (this.#starting) {
      throw wiringError('WRONG_STATE', 'feature can not be added after the backend has started');
    }
    this.#features.add(feature, this.add);
  }

  async start(): Promise<{ result: BackendStartupResult }> {
    if (this.#starting) {
      throw wiringError('WRONG_STATE', 'Backend has already started');
    }
    if (this.#stopping) {
      throw wiringError('WRONG_STATE', 'Backend has already stopped');
    }
    stopOnProcessExit.add(this);
    this.#starting = this.#start();
    try {
      return { result: await this.#starting };
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    stopOnProcessExit.delete(this);
    this.#stopping ??= this.#stop();
    await this.#stopping;
  }

  #start(): Promise<BackendStartupResult> {
    return startBackend({
      features: this.#features,
      factories: this.#factories,
      services: this.#services,
      middleware: this.#middleware,
      onRegistrations: registrations => {
        this.#pluginIds = [
          ...new Set(
            registrations.flatMap(({ pluginId, moduleId }) =>
              pluginId !== undefined && moduleId === undefined ? [pluginId] : [],
            ),
          ),
        ];
      },
      onLogger: (logger?: LoggerService) => {
        this.#unwatch = watchUnhandledErrors(logger);
      },
    });
  }

  async #stop(): Promise<void> {
    if (!this.#starting) {
      return;
    }
    await this.#starting.catch(() => {});
    await stopBackend(this.#services, this.#pluginIds);
    this.#unwatch?.();
  }
}

import { coreServices } from '../api';
import type { AddableFeature, Backend, FeatureModule } from './backend';
import type { CreateSpecializedBackendOptions } from './create-specialized-backend';
import { endAfterFailedStart } from './end-after-failed-start';
import { wiringError } from './errors';
import {
  checkExtensionPointFactoryMiddleware,
  type InternalExtensionPointFactoryMiddleware,
} from './extension-point-factory-middleware';
import { FeatureInstaller } from './feature-installer';
import type { RawRegistration } from './normalise-registrations';
import { PluginContext } from './plugin-context';
import { processExit } from './process-exit';
import { ServiceFactories } from './service-factories';
import { ServiceRegistry } from './service-registry';
import { ShutdownSteps } from './shutdown-steps';
import { startBackend } from './start-backend';
import { readStartupFailurePolicy, type StartupFailurePolicy } from './startup-failure-policy';
import type { BackendStartupResult } from './startup-result';
import { stopBackend } from './stop-backend';
import { watchUnhandledErrors } from './unhandled-errors';

/** The states of a backend: features are added until it starts; it starts once and stops once. */
export class BackendInstance implements Backend {
  readonly #factories: ServiceFactories;
  readonly #services: ServiceRegistry;
  readonly #features: FeatureInstaller;
  readonly #middleware: InternalExtensionPointFactoryMiddleware[];
  readonly #onStartupFailure?: StartupFailurePolicy;
  readonly #context = new PluginContext();
  readonly #shutdown = new ShutdownSteps();
  #registrations: RawRegistration[] = [];
  #starting?: Promise<BackendStartupResult>;
  #stopping?: Promise<void>;
  #unwatch?: () => void;

  constructor(options: CreateSpecializedBackendOptions) {
    this.#onStartupFailure = options.onStartupFailure;
    this.#factories = new ServiceFactories(options.defaultServiceFactories);
    this.#services = new ServiceRegistry(this.#factories);
    this.#features = new FeatureInstaller(this.#factories);
    this.#middleware = (options.extensionPointFactoryMiddleware ?? []).map((middleware, index) =>
      checkExtensionPointFactoryMiddleware(middleware, `extensionPointFactoryMiddleware[${index}]`),
    );
  }

  add(feature: AddableFeature | Promise<FeatureModule>): void {
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
    processExit.add(this);
    this.#starting = this.#start();
    try {
      return { result: await this.#starting };
    } catch (error) {
      // What does not stop is logged, and why it did not start is what matters now.
      await this.stop().catch(() => {});
      await this.#endProcess(error);
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    try {
      await this.#stopping;
    } finally {
      processExit.delete(this);
    }
  }

  /** What is being stopped right now, for messages. */
  get stillStopping(): string[] {
    return this.#shutdown.running;
  }

  #start(): Promise<BackendStartupResult> {
    return startBackend({
      features: this.#features,
      factories: this.#factories,
      services: this.#services,
      middleware: this.#middleware,
      context: this.#context,
      onInstalled: (registrations, logger) => {
        this.#registrations = registrations;
        this.#unwatch = watchUnhandledErrors({
          logger,
          services: this.#services,
          context: this.#context,
          suspects: registrations,
        });
      },
    });
  }

  async #stop(): Promise<void> {
    if (!this.#starting) {
      return;
    }
    try {
      await stopBackend(
        this.#services,
        () => pluginIdsOf(this.#registrations),
        this.#starting,
        this.#shutdown,
      );
    } finally {
      this.#unwatch?.();
    }
  }

  async #endProcess(error: unknown): Promise<void> {
    const policy = this.#onStartupFailure ?? (await this.#configuredPolicy());
    const logger = await this.#services.peek(coreServices.rootLogger);
    endAfterFailedStart(error, policy, logger);
  }

  async #configuredPolicy(): Promise<StartupFailurePolicy> {
    const config = await this.#services.peek(coreServices.rootConfig);
    try {
      return readStartupFailurePolicy(config);
    } catch {
      return 'exit-unless-handled'; // a policy that is none is why it did not start
    }
  }
}

function pluginIdsOf(registrations: RawRegistration[]): string[] {
  const plugins = registrations.filter(({ kind }) => kind === 'plugin');
  return [...new Set(plugins.map(({ pluginId }) => pluginId!))];
}

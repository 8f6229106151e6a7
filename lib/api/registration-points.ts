import type { ExtensionPoint, ExtensionPointFactoryContext } from './extension-point';
import type { ServiceRef } from './service-ref';

/** @ignore */
export type DepsToInstances<
  TDeps extends { [key in string]: ServiceRef<unknown> | ExtensionPoint<unknown> },
> = {
  [key in keyof TDeps]: TDeps[key] extends ServiceRef<unknown, 'root' | 'plugin', 'multiton'>
    ? Array<TDeps[key]['T']>
    : TDeps[key]['T'];
};

/** A connection type that a plugin or module declares to use. */
export interface ConnectionRegistration {
  type: string;
  required?: boolean;
  description?: string;
}

/** The calls that the `register` callback of a plugin can make. */
export interface BackendPluginRegistrationPoints {
  registerExtensionPoint<TExtensionPoint>(
    ref: ExtensionPoint<TExtensionPoint>,
    impl: TExtensionPoint,
  ): void;
  registerExtensionPoint<TExtensionPoint>(options: {
    extensionPoint: ExtensionPoint<TExtensionPoint>;
    factory: (context: ExtensionPointFactoryContext) => TExtensionPoint;
  }): void;
  registerInit<TDeps extends { [name in string]: ServiceRef<unknown> }>(options: {
    deps: TDeps;
    init(deps: DepsToInstances<TDeps>): Promise<void>;
  }): void;
}

/** The calls that the `register` callback of a module can make. */
export interface BackendModuleRegistrationPoints {
  registerExtensionPoint<TExtensionPoint>(
    ref: ExtensionPoint<TExtensionPoint>,
    impl: TExtensionPoint,
  ): void;
  registerExtensionPoint<TExtensionPoint>(options: {
    extensionPoint: ExtensionPoint<TExtensionPoint>;
    factory: (context: ExtensionPointFactoryContext) => TExtensionPoint;
  }): void;
  registerInit<
    TDeps extends { [name in string]: ServiceRef<unknown> | ExtensionPoint<unknown> },
  >(options: {
    deps: TDeps;
    init(deps: DepsToInstances<TDeps>): Promise<void>;
  }): void;
}

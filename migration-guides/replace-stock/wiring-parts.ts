import type { ts } from 'ts-morph';
import type { ConfigSetting } from '../engine/config-settings';
import type { ExtensionOption, FurtherPoint, StockPackage } from './stock-package';

/** A call on the extension point: `catalog.addProcessor(...)`. */
export interface ExtensionCall {
  readonly method: string;
  readonly given: readonly ts.Expression[];
  readonly form: ExtensionOption['form'];
  /** The extension point, when it is not the one that all others are on. */
  readonly on?: FurtherPoint;
}

/** Code of the project that the published plugin does not have: it stays, in a module. */
export type KeptPart =
  | { readonly kind: 'statement'; readonly node: ts.Statement; readonly isLate: boolean }
  | {
      /** Code in comments above a statement. */
      readonly kind: 'comment';
      readonly node: ts.Statement;
      readonly text: string;
      readonly isLate: boolean;
    }
  | {
      readonly kind: 'calls';
      readonly node: ts.Node;
      readonly calls: readonly ExtensionCall[];
      readonly isLate: boolean;
    };

/** What a file that wires a published plugin comes to in the new system. */
export interface PluginWiring {
  readonly stock: StockPackage;
  /** Packages with the modules that it stands for. */
  readonly modules: readonly string[];
  readonly settings: readonly ConfigSetting[];
  /** Empty when the published plugin and its modules do everything. */
  readonly kept: readonly KeptPart[];
}

/** Why a file can not be replaced. */
export interface OwnWiring {
  readonly stock?: StockPackage;
  readonly own: string;
}

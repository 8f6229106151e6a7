import type { ExportVersions } from './new-export';

/** What a name in the wiring of a published plugin means for the new system. */
export interface Wiring {
  /** Packages with the modules that stand for it. */
  readonly modules?: readonly string[];
  /** Where it is configured, and hence where its schedule goes. */
  readonly config?: readonly string[];
  /** Options that have the same name there. */
  readonly options?: readonly string[];
}

/** An extension point beside the one that most code of a plugin is for, from the same package. */
export interface FurtherPoint {
  readonly point: string;
  /** What it is called in the module's code. */
  readonly name: string;
  /** First version of the package that has it as it is used here. */
  readonly since?: string;
  /** First version of the plugin that takes what is given to it. */
  readonly plugin?: string;
}

/** A method of the old builder, as the extension point has it. */
export interface ExtensionMethod {
  readonly name: string;
  /**
   * `all`: the arguments belong together. Otherwise each is something to add: `one` at a time, or a list
   * as well.
   */
  readonly takes?: 'all' | 'one';
  readonly on?: FurtherPoint;
}

/** An option of createRouter, as the extension point takes it. */
export interface ExtensionOption {
  readonly method: string;
  /** `value` as it is, `list` as so many arguments, `entries` by a call for each. */
  readonly form: 'value' | 'list' | 'entries';
  readonly on?: FurtherPoint;
}

/** An option of the old builder, as a method of an extension point of its own. */
export interface BuilderOption extends FurtherPoint {
  readonly method: string;
}

/** How code of a project reaches a published plugin of the new system. */
export interface ExtensionForm {
  /** The extension point, and what it is imported from. */
  readonly point: string;
  readonly from: string;
  /** What it is called in the module's code. */
  readonly name: string;
  /** First version of the plugin that has it. */
  readonly plugin?: string;
  /** What makes the old builder, as `package#name`. */
  readonly builders?: readonly string[];
  /** Methods of the old builder. */
  readonly methods: Readonly<Record<string, ExtensionMethod>>;
  /** Options of the old builder that go to another extension point of the same package. */
  readonly builderOptions?: Readonly<Record<string, BuilderOption>>;
  /** Options of createRouter that are methods of the extension point. */
  readonly options?: Readonly<Record<string, ExtensionOption>>;
}

/** A value in code that is configuration now. */
export interface SettingForm {
  readonly path: readonly string[];
  print(value: string): string;
}

/** An object with a function that returns names, which are configuration now: `{ getPluginIds: () => ['catalog'] }`. */
export interface ListArgument {
  /** What is given it, as `package#Class.method`. */
  readonly maker: string;
  readonly index: number;
  readonly method: string;
  readonly path: readonly string[];
}

/** A published plugin that old backends wire by hand. */
export interface StockPackage extends ExportVersions {
  readonly package: string;
  /** The id that the plugin gives itself, hence its path `/api/<id>`. */
  readonly id: string;
  /** The package under which its development goes on, where the old one has no plugin that still starts. */
  readonly successor?: { readonly name: string; readonly version: string };
  /** Everything that ordinary wiring imports, as `package#name`. */
  readonly wiring: Readonly<Record<string, Wiring>>;
  /** Values that ordinary wiring writes out and that the new plugin has by default, without spaces. */
  readonly defaults?: readonly string[];
  /** What code of the project does through an extension point, in a module of its own. */
  readonly extension?: ExtensionForm;
  /** Options of createRouter, and methods of the builder, that are configuration now. */
  readonly settings?: Readonly<Record<string, SettingForm>>;
  readonly list?: ListArgument;
  /** Its createRouter is given the environment as a whole, spread or not. */
  readonly takesWholeEnvironment?: boolean;
  /** Where to read on when a file does more than ordinary wiring. */
  readonly anchor: string;
}

/** Ordinary wiring that stands for nothing besides. */
export const PLAIN: Wiring = {};

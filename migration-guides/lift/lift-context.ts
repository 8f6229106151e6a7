import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { importsOf } from '../engine/bindings';
import { codeStyleOf, type CodeStyle } from '../engine/code-style';
import type { ConfigSetting } from '../engine/config-settings';
import type { NewImport } from '../engine/edit-imports';
import type { BackendProject } from '../engine/find-project';
import type { OldBackend } from '../engine/old-backend/old-backend';
import { lineOf } from '../engine/parse-module';
import type { Outcome, ReportEntry } from '../engine/plan';
import { editorOf } from '../engine/source-edit';
import { spotOf } from './account-for-mounts';
import { basePathOf, withoutBasePath } from './base-path';
import type { Piece } from './piece';

/** Where the lifted file gets its names from. */
export interface RuntimeModules {
  readonly api: string;
  readonly rootHttpRouter: string;
}

/** Why a spot is left to a person, and where the guide tells how. */
export interface Obstacle {
  readonly reason: string;
  readonly anchor: string;
}

/** What the parts of the lift share: the file, its edits, and what is said about them. */
export class LiftContext {
  /** Absolute path of the repository. */
  readonly root: string;
  readonly style: CodeStyle;
  readonly editor: MagicString;
  readonly imports: NewImport[] = [];
  readonly report: ReportEntry[] = [];
  /** Ids of plugins that are mounted already. */
  readonly takenIds = new Set<string>();
  /** The handlers of those below /api, as source text, by id. */
  readonly mounted = new Map<string, string>();
  /** What the service builder was told, as configuration. */
  readonly settings: ConfigSetting[] = [];
  /** Handlers of the root HTTP router in front of the plugins: `app.use(...)`. */
  readonly rootHandlers: string[] = [];
  /** Those that come after the front end, which answers most requests. */
  readonly lastRootHandlers: string[] = [];
  /** Where everything is served: `/portal`, or nothing. */
  readonly basePath: string;
  readonly old: OldBackend;
  /** Names that mean something at the top level of the lifted file. */
  readonly topLevelNames: ReadonlySet<string>;
  /** Variables that exist only inside the feature loader. */
  readonly late = new Set<ts.Symbol>();
  /** Variables whose declaration is left to a person. */
  readonly lost = new Set<ts.Symbol>();
  /** What the feature loader does before anything else. */
  readonly early: Piece[] = [];
  /** Code that is left to a person. */
  readonly manual = new Set<ts.Node>();
  /** What handlers of the root HTTP router call the configuration. */
  readonly configNames = new Set<string>();
  /** Services that the feature loader needs, by the names that main() has for them. */
  readonly services = new Map<string, 'config' | 'logger'>();

  constructor(
    old: OldBackend,
    readonly runtime: RuntimeModules,
    readonly project: BackendProject,
    /** Statements that only code left to a person needs. */
    readonly onlyForPeople: ReadonlySet<ts.Node> = new Set(),
  ) {
    this.basePath = basePathOf(old);
    this.old = withoutBasePath(old, this.basePath);
    this.root = project.root;
    this.style = codeStyleOf(old.module);
    this.editor = editorOf(old.module);
    this.topLevelNames = namesAtTopLevel(old);
  }

  import(module: string, name: string): void {
    this.imports.push({ module, name });
  }

  entry(node: ts.Node, outcome: Outcome, reason: string, anchor: string, plugin?: string): void {
    const { module } = this.old;
    const entry = { file: module.file, line: lineOf(module, spotOf(node)), outcome, reason };
    const guide = `lift#${anchor}`;
    this.report.push(plugin === undefined ? { ...entry, guide } : { ...entry, plugin, guide });
  }

  /** Adds a handler to the root HTTP router, in the place it had beside the front end. */
  addRootHandler(code: string): void {
    const isLast = this.takenIds.has('app');
    (isLast ? this.lastRootHandlers : this.rootHandlers).push(code);
  }

  textOf(node: ts.Node): string {
    return node.getText(this.old.module.sourceFile);
  }

  startOf(node: ts.Node): number {
    return node.getStart(this.old.module.sourceFile);
  }

  /** The variables and functions that a statement declares. */
  declaredBy(statement: ts.Node): ts.Symbol[] {
    const found: ts.Symbol[] = [];
    const visit = (node: ts.Node): void => {
      const isDeclaration =
        ts.isVariableDeclaration(node) ||
        ts.isBindingElement(node) ||
        ts.isFunctionDeclaration(node);
      const symbol =
        isDeclaration && node.name && this.old.module.checker.getSymbolAtLocation(node.name);
      if (symbol) found.push(symbol);
      ts.forEachChild(node, visit);
    };
    visit(statement);
    return found;
  }
}

/** Names that the lift itself declares or imports. */
const OWN_NAMES = [
  'backend',
  'coreServices',
  'createBackend',
  'createBackendFeatureLoader',
  'legacyPlugin',
  'rootHttpRouterServiceFactory',
];

/** Names that mean something at the top level of an index.ts, those that the lift adds included. */
export function namesAtTopLevel({ module }: OldBackend): Set<string> {
  const declared = module.sourceFile.statements.flatMap(statement => {
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map(each => each.name.getText());
    }
    const { name } = statement as { readonly name?: ts.Node };
    return name ? [name.getText()] : [];
  });
  return new Set([...OWN_NAMES, ...importsOf(module).map(each => each.local.text), ...declared]);
}
